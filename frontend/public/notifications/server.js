// The way to the server.

// A server that takes longer to answer is asked again later.
const ANSWERS_WITHIN_MS = 15_000;

function post(path, body) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

// What answers from elsewhere is not our server, but somebody before it who wants to know who asks.
function ask(path, request) {
  return fetch(path, { ...request, redirect: "error", signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
}
