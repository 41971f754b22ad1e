// Opens the conversations of the list one after the other, so often, each until its newest message is shown.
const [times] = arguments;
const newest = () => [...document.querySelectorAll("[role=log] .bubble-text")].at(-1)?.textContent;
const links = [...document.querySelectorAll("a.conversation")];
for (let time = 0; time < times; time++) {
  const link = links[time % links.length];
  const name = link.querySelector(".conversation-name").textContent;
  link.click();
  while (!newest()?.endsWith(` ${name}`)) await new Promise(requestAnimationFrame);
}
