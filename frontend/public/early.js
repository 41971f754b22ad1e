// What must be done before the app is there: dressing the page before the first paint, so that nothing flashes, and
// keeping an event that comes but once.
(() => {
  const root = document.documentElement;
  // Made here: one that is changed while the page is being read, Chromium goes on to take as it was.
  const manifest = document.createElement("link");
  manifest.rel = "manifest";
  const MANIFESTS = { en: "/manifest.webmanifest", "zh-TW": "/manifest.zh-TW.webmanifest" };

  // In a theme (`light`, `dark`, else the system's) and a language; the app calls it when the person chooses.
  window.dress = (theme, language) => {
    const chosen = theme === "light" || theme === "dark";
    if (chosen) root.dataset.theme = theme;
    else delete root.dataset.theme;
    root.lang = language;
    if (manifest.getAttribute("href") !== MANIFESTS[language]) manifest.href = MANIFESTS[language];
    const [light, dark] = document.querySelectorAll("meta[name=theme-color]");
    light.media = chosen ? (theme === "light" ? "all" : "not all") : "(prefers-color-scheme: light)";
    dark.media = chosen ? (theme === "dark" ? "all" : "not all") : "(prefers-color-scheme: dark)";
  };

  let theme, language;
  try {
    theme = localStorage.getItem("hongyan.theme");
    language = localStorage.getItem("hongyan.language");
  } catch {
    // no storage in this browser: the system's it is
  }
  language ||= navigator.languages.find((tag) => /^(en|zh)\b/.test(tag)) || "en";
  window.dress(theme, language.startsWith("zh") ? "zh-TW" : "en");
  document.head.append(manifest);

  // The browser would offer at once to install the app; the app offers it when somebody uses it.
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    window.installOffer = event;
  });
})();
