//! The OpenAPI document as a page: every call with its fields. Plain HTML; the style is a file of its own.

use maud::{DOCTYPE, Markup, html};
use serde_json::{Map, Value};

/// The page of this document.
pub fn render(document: &Value) -> Markup {
    let (title, version) = (text(&document["info"]["title"]), text(&document["info"]["version"]));
    let calls = calls(document);
    let mut tags: Vec<&str> = Vec::new();
    for call in &calls {
        if !tags.contains(&call.tag) {
            tags.push(call.tag);
        }
    }
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " API" }
                link rel="stylesheet" href="/api/docs.css";
            }
            body {
                header {
                    h1 { (title) " API " small { (version) } }
                    (prose(text(&document["info"]["description"])))
                    p { "For programs: " a href="/api/openapi.json" { "openapi.json" } "." }
                    nav aria-label="Parts" {
                        @for tag in &tags { a href={ "#" (tag) } { (tag) } }
                        a href="#types" { "Types" }
                    }
                }
                main {
                    @for tag in &tags {
                        section id=(tag) {
                            h2 { (tag) }
                            @for call in calls.iter().filter(|call| call.tag == *tag) { (call.render(document)) }
                        }
                    }
                    section id="types" {
                        h2 { "Types" }
                        @for (name, schema) in object(&document["components"]["schemas"]) {
                            article id={ "type-" (name) } {
                                h3 { code { (name) } }
                                (prose(text(&schema["description"])))
                                (fields(schema))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// One method of one path.
struct Call<'a> {
    method: &'a str,
    path: &'a str,
    tag: &'a str,
    operation: &'a Value,
}

fn calls(document: &Value) -> Vec<Call<'_>> {
    let paths = object(&document["paths"]);
    let calls = paths.flat_map(|(path, item)| {
        object(item)
            .filter(|(_, operation)| operation["responses"].is_object())
            .map(|(method, operation)| Call { method, path, tag: text(&operation["tags"][0]), operation })
    });
    calls.collect()
}

impl Call<'_> {
    fn render(&self, document: &Value) -> Markup {
        let operation = self.operation;
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        html! {
            article id=(text(&operation["operationId"])) {
                h3 { span class="method" { (self.method.to_uppercase()) } " " code { (self.path) } }
                (prose(text(&operation["summary"])))
                (prose(text(&operation["description"])))
                @if operation["security"].is_array() { p class="note" { "Needs no session." } }
                @if !parameters.is_empty() {
                    h4 { "Parameters" }
                    table { tbody { @for parameter in parameters {
                        (row(
                            text(&parameter["name"]),
                            &parameter["schema"],
                            parameter["required"] == true,
                            text(&parameter["description"]),
                        ))
                    } } }
                }
                @if !body.is_null() {
                    h4 { "Body: " (kind(body)) }
                    (fields(resolve(document, body)))
                }
                @for (status, response) in object(&operation["responses"]) {
                    @let content = object(&response["content"]).next();
                    @if status == "default" {
                        h4 { "Refused: " @if let Some((_, content)) = content { (kind(&content["schema"])) } }
                    } @else {
                        h4 { "Answer " (status) @if let Some((media, content)) = content {
                            ": "
                            @if media == "application/json" { (kind(&content["schema"])) } @else { (media) }
                        } }
                        @if let Some((_, content)) = content { (fields(resolve(document, &content["schema"]))) }
                    }
                }
            }
        }
    }
}

/// The fields of an object, or the words of a closed list.
fn fields(schema: &Value) -> Markup {
    let required = |name: &str| {
        schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one.as_str() == Some(name)))
    };
    let variants = schema["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
    html! {
        @if schema["properties"].is_object() {
            table { tbody { @for (name, field) in object(&schema["properties"]) {
                (row(name, field, required(name), text(&field["description"])))
            } } }
        } @else if let Some(words) = schema["enum"].as_array() {
            ul { @for word in words { li { code { (text(word)) } } } }
        } @else if !variants.is_empty() {
            ul { @for variant in variants {
                li { (prose(text(&variant["description"]))) (fields(variant)) }
            } }
        }
    }
}

fn row(name: &str, schema: &Value, required: bool, about: &str) -> Markup {
    html! {
        tr {
            th scope="row" { code { (name) } @if !required { " " small { "optional" } } }
            td { (kind(schema)) }
            td { (prose(about)) }
        }
    }
}

/// The type of a value, in words; named ones lead to where they are described.
fn kind(schema: &Value) -> Markup {
    let variants = ["oneOf", "allOf", "anyOf"].iter().find_map(|word| schema[*word].as_array());
    html! {
        @if let Some(name) = reference(schema) {
            a href={ "#type-" (name) } { (name) }
        } @else if let Some(variants) = variants {
            @for (index, variant) in variants.iter().enumerate() {
                @if index > 0 { " or " }
                (kind(variant))
            }
        } @else if let Some(items) = schema.get("items") {
            "list of " (kind(items))
        } @else if let Some(words) = schema["enum"].as_array() {
            @for (index, word) in words.iter().enumerate() {
                @if index > 0 { " or " }
                code { (text(word)) }
            }
        } @else if let Some(kinds) = schema["type"].as_array() {
            (kinds.iter().map(text).collect::<Vec<_>>().join(" or "))
        } @else {
            (text(&schema["type"]))
        }
        @if let Some(format) = schema["format"].as_str() { " " small { (format) } }
    }
}

/// Paragraphs; what stands between back-ticks is code.
fn prose(words: &str) -> Markup {
    html! {
        @for paragraph in words.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
            p { @for (index, piece) in paragraph.split('`').enumerate() {
                @if index % 2 == 1 { code { (piece) } } @else { (piece) }
            } }
        }
    }
}

fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    reference(schema).map_or(schema, |name| &document["components"]["schemas"][name])
}

fn object(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).map(|(name, value)| (name.as_str(), value))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_call_is_shown_with_its_fields_and_nothing_is_taken_for_markup() {
        let document = json!({
            "info": {"title": "T", "version": "1", "description": "`a` <b>"},
            "paths": {"/x/{id}": {"post": {
                "tags": ["Things"], "operationId": "x", "summary": "Does `it`.",
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}},
                "responses": {"204": {"description": ""}},
            }}},
            "components": {"schemas": {"Body": {
                "properties": {"name": {"type": ["string", "null"], "description": "Whose"}},
            }}},
        });
        let page = render(&document).into_string();
        for part in [
            "POST",
            "/x/{id}",
            "Does <code>it</code>.",
            "&lt;b&gt;",
            "<a href=\"#type-Body\">Body</a>",
            "string or null",
            "Whose",
            "Answer 204",
            "optional",
        ] {
            assert!(page.contains(part), "{part} is missing in {page}");
        }
        assert!(!page.contains("<script") && !page.contains("style="));
    }
}
