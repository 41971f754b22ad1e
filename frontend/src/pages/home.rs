//! Home: the list, the open conversation, and what is beside it.

use common::id::UserId;
use common::limits;
use leptos::prelude::*;

use crate::components::conversation_list::{ConversationList, ListHead, RequestList};
use crate::components::kit::{Button, ButtonKind, Dialog, effect};
use crate::components::people::{Details, FindDialog, GroupDialog, NewDialog, ShareDialog};
use crate::components::settings::{KeyList, SettingsNav};
use crate::components::{
    LinkBanner, Notices, Offers, Party, ResizeHandle, Toasts, follow_viewport, use_parties,
};
use crate::i18n::use_texts;
use crate::pages::conversation::{Conversation, NothingOpen};
use crate::pages::focus::{keep_focus, pass_on};
use crate::pages::settings::Settings;
use crate::pages::shortcuts;
use crate::pages::title::keep_title;
use crate::routes::{Route, SettingsPage, Wish, use_router};
use crate::services::Chat;
use crate::stores::{ConversationsStore, EnvironmentStore, PrefsStore};

/// Which dialog is in front.
#[derive(Clone, Copy, PartialEq, Eq)]
enum InFront {
    Find,
    New,
    Group,
    Keys,
}

/// Home. All panes are here; the styles show those that fit.
#[component]
pub fn Home() -> impl IntoView {
    let texts = use_texts();
    let router = use_router();
    let prefs = expect_context::<PrefsStore>();
    let requests = expect_context::<ConversationsStore>().requests;
    let in_front = RwSignal::new(None::<InFront>);
    let next = StoredValue::new(None::<InFront>);
    let show = move |what| move |()| in_front.set(Some(what));
    let led_to = expect_context::<EnvironmentStore>().led_to;
    // where the system leads is not behind a dialog
    effect(move || {
        if led_to.with(Option::is_some) {
            in_front.set(None);
        }
    });
    follow_the_route();
    follow_viewport();
    keep_title();
    shortcuts::listen(move || in_front.set(Some(InFront::Find)), move || in_front.set(Some(InFront::Keys)));

    let shows = move || {
        router.with(|route| match route {
            Route::Home | Route::Share(_) | Route::Unknown | Route::Requests | Route::Settings(None) => {
                "list"
            }
            Route::Conversation(_) | Route::Settings(Some(_)) => "main",
            Route::Details(_) => "details",
        })
    };
    keep_focus(shows);
    let left = Memo::new(move |_| {
        let is_request = |key: &_| requests.with(|requests| requests.contains(key));
        router.with(|route| match route {
            Route::Settings(_) => Left::Settings,
            Route::Requests => Left::Requests,
            Route::Conversation(key) | Route::Details(key) if is_request(key) => Left::Requests,
            _ => Left::Conversations,
        })
    });
    let page = Memo::new(move |_| {
        router.with(|route| match route {
            Route::Settings(page) => Some(page.unwrap_or(SettingsPage::Profile)),
            _ => None,
        })
    });
    let open = Memo::new(move |_| router.with(|route| route.conversation().cloned()));
    let shared = Memo::new(move |_| {
        router.with(|route| match route {
            Route::Share(text) => Some(text.clone()),
            _ => None,
        })
    });
    effect(move || match router.take_wish(|wish| matches!(wish, Wish::New | Wish::Find)) {
        Some(Wish::New) => in_front.set(Some(InFront::New)),
        Some(_) => in_front.set(Some(InFront::Find)),
        None => {}
    });
    let detailed = Memo::new(move |_| {
        router.with(|route| match route {
            Route::Details(key) => Some(key.clone()),
            _ => None,
        })
    });
    let main = move || match (page.get(), open.get()) {
        (Some(page), _) => view! { <Settings page/> }.into_any(),
        (None, Some(key)) => view! { <Conversation key/> }.into_any(),
        (None, None) => view! { <NothingOpen on_new=show(InFront::New)/> }.into_any(),
    };
    let dialog = move || {
        // One dialog goes before another comes: the page may use the same element for both, and the first one's
        // `close` would shut the second.
        let close = move |()| {
            in_front.set(None);
            if let Some(what) = next.try_update_value(Option::take).flatten() {
                request_animation_frame(move || {
                    in_front.try_set(Some(what));
                });
            }
        };
        Some(match in_front.get()? {
            InFront::Find => view! { <FindDialog on_close=close/> }.into_any(),
            InFront::New => view! { <NewDialog on_close=close on_group=move |()| next.set_value(Some(InFront::Group))/> }.into_any(),
            InFront::Group => view! { <GroupDialog on_close=close/> }.into_any(),
            InFront::Keys => view! {
                <Dialog title=texts.keys_title() close_label=texts.action_close() on_close=close><KeyList/></Dialog>
            }
            .into_any(),
        })
    };
    view! {
        <a class="skip" href="#content">{texts.app_skip_to_content()}</a>
        <main
            class="desk"
            data-shows=shows
            style=("--list-width", move || prefs.list_width_px.get().map(|px| format!("{px}px")))
        >
            <Notices/>
            <section class="pane pane-list" aria-label=texts.list_title()>
                {move || match left.get() {
                    Left::Settings => view! { <SettingsNav shown=page/> }.into_any(),
                    Left::Requests => view! { <RequestList/> }.into_any(),
                    Left::Conversations => {
                        view! {
                            <ListHead on_new=show(InFront::New) on_find=show(InFront::Find)/>
                            <LinkBanner/>
                            <Conversations on_new=Callback::new(show(InFront::New))/>
                            <Offers on_gone=move |()| pass_on("list")/>
                        }
                        .into_any()
                    }
                }}
            </section>
            <ResizeHandle/>
            <section class="pane pane-main" id="content" tabindex="-1">{main}</section>
            {move || detailed.get().map(|key| view! {
                <section class="pane pane-details" aria-label=texts.details_title()><Details key/></section>
            })}
        </main>
        {dialog}
        {move || shared.get().map(|text| view! { <ShareDialog text/> })}
        <Toasts/>
    }
    .into_any()
}

/// What is in the pane at the left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    Conversations,
    Requests,
    Settings,
}

/// The list, or what to do while it is empty.
#[component]
fn Conversations(on_new: Callback<()>) -> impl IntoView {
    let texts = use_texts();
    let store = expect_context::<ConversationsStore>();
    let is_empty = Memo::new(move |_| store.loaded.get() && store.order.with(Vec::is_empty));
    move || {
        if is_empty.get() {
            view! {
                <div class="list-empty">
                    <p class="nothing-title">{texts.list_empty_title()}</p>
                    <p class="lead">{texts.list_empty_text()}</p>
                    <Button kind=ButtonKind::Primary on_press=on_new>{texts.list_empty_action()}</Button>
                </div>
            }
            .into_any()
        } else {
            view! { <ConversationList keys=store.order label=texts.list_title()/> }.into_any()
        }
    }
}

/// Opens and closes conversations as the address says, and names the people whose presence is on screen.
fn follow_the_route() {
    let router = use_router();
    let chat = expect_context::<Chat>();
    let parties = use_parties();
    let conversations = expect_context::<ConversationsStore>();
    let open = Memo::new(move |_| router.with(|route| route.conversation().cloned()));
    // Before storage was read nobody knows what a conversation holds, and it would open empty.
    effect(move || match open.get() {
        Some(key) if conversations.loaded.get() => chat.open(key, router.take_message()),
        Some(_) => {}
        None => chat.close(),
    });
    let watched = Memo::new(move |_| {
        let order = conversations.order.get();
        let mut people: Vec<UserId> = Vec::new();
        for key in open.get().iter().chain(order.iter()).take(limits::WATCHED_PEOPLE) {
            if let Party::Person(user) = parties.of(key)
                && !people.contains(&user)
            {
                people.push(user);
            }
        }
        people.sort();
        people
    });
    effect(move || chat.watch(watched.get()));
}
