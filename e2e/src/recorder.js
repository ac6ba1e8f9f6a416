// Runs in every page before its own scripts, and writes down each snapshot in which the page looks different: what was
// there only for an instant was there.
(() => {
  const words = (selector) => document.querySelector(selector)?.textContent.trim() ?? "";
  const oneLine = (element) => element.innerText.trim().split(/\s*\n\s*/).join(" ");
  const look = () => ({
    url: location.pathname + location.search,
    heading: words("h1"),
    text: document.body?.innerText ?? "",
    toasts: [...document.querySelectorAll("section.lk-toaster li.lk-toast")].map(oneLine),
    status: words("[role=status]"),
  });
  const snapshots = [];
  const times = []; // of the snapshots, in milliseconds since 1970
  const note = () => {
    const snapshot = look();
    if (JSON.stringify(snapshot) === JSON.stringify(snapshots.at(-1))) return;
    snapshots.push(snapshot);
    times.push(performance.timeOrigin + performance.now());
  };
  const all = { attributes: true, characterData: true, childList: true, subtree: true };
  new MutationObserver(note).observe(document, all);
  addEventListener("pageshow", note);
  window.recorder = { look, snapshots, times };
})();
