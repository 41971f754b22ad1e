// Runs in every page before anything of its own and notes, in `window.probe`, what only the page can tell.
(() => {
  const probe = (window.probe = {
    // the program's memory, once it runs
    memory: null,
    // when all its code was ready to run
    compiled: null,
    // layout shifts: [value, whether the person had just pressed something, what moved]
    shifts: [],
    // the first frame in which the newest messages are there and one can write
    usable: null,
    // the first frame after the page itself was there
    shell: null,
    // resolves once that frame was painted
    painted: () =>
      new Promise((resolve) =>
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve(performance.now());
          port2.postMessage(null);
        }),
      ),
  });

  const instantiate = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (...given) => {
    const made = await instantiate.apply(WebAssembly, given);
    probe.compiled = performance.now();
    // its second part has none of its own
    probe.memory ??= made.instance.exports.memory;
    return made;
  };

  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      const moved = sources.map(({ node }) => node?.className || node?.nodeName).join(" and ");
      probe.shifts.push([value, hadRecentInput, moved]);
    }
  }).observe({ type: "layout-shift", buffered: true });

  probe.usable = new Promise((resolve) => {
    const look = () => {
      const composer = document.querySelector("textarea");
      const ready = composer && !composer.disabled && document.querySelector("[role=log] .bubble");
      if (ready) resolve(performance.now());
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  probe.shell = new Promise((resolve) =>
    addEventListener("load", () => requestAnimationFrame(() => resolve(performance.now()))),
  );
})();
