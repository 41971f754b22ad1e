// Notes in `window.presses`, for each Enter, the milliseconds from the key to the frame after its bubble is in the page.
const presses = (window.presses = []);
const log = document.querySelector("[role=log]");
let pressed = null;
addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Enter") pressed = { at: event.timeStamp, text: event.target.value };
  },
  true,
);
new MutationObserver(async () => {
  const newest = [...log.querySelectorAll(".row-mine .bubble-text")].at(-1);
  if (pressed === null || newest?.textContent !== pressed.text) return;
  const { at } = pressed;
  pressed = null;
  presses.push((await probe.painted()) - at);
  dispatchEvent(new Event("bubble-painted"));
}).observe(log, { childList: true, subtree: true, characterData: true });

window.pressesAre = async (count) => {
  while (presses.length < count) {
    await new Promise((resolve) => addEventListener("bubble-painted", resolve, { once: true }));
  }
};
