// What is left without any program of ours: a record as long as a waiting message, written strictly into a database of its
// own, then an element and its frame. Answers the milliseconds of each.
const [count] = arguments;
const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = request.oncomplete = () => resolve(request.result);
    request.onerror = request.onabort = () => reject(request.error);
  });
const opening = indexedDB.open("floor");
opening.onupgradeneeded = () => opening.result.createObjectStore("record");
const database = await settled(opening);
const place = document.body.appendChild(document.createElement("p"));
place.style = "position: fixed; inset: 0 auto auto 0";
const times = [];
for (let number = 0; number < count; number++) {
  const start = performance.now();
  const transaction = database.transaction("record", "readwrite", { durability: "strict" });
  transaction.objectStore("record").put("a waiting message ".repeat(20), number);
  await settled(transaction);
  place.textContent = number;
  times.push((await probe.painted()) - start);
}
place.remove();
database.close();
await settled(indexedDB.deleteDatabase("floor"));
return times;
