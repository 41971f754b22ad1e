// Sets the chosen theme and language before the first paint, so that nothing flashes. The app takes over later.
(() => {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("hongyan.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    const language = localStorage.getItem("hongyan.language") || navigator.languages.find((tag) => /^(en|zh)\b/.test(tag));
    if (language) root.lang = language.startsWith("zh") ? "zh-TW" : "en";
  } catch {
    // no storage in this browser: the system's theme it is
  }
})();
