// Runs in every page before its own scripts, and records a snapshot whenever the page changes, so that stories also see
// states that last only for an instant.
(() => {
  const textOf = (selector) => document.querySelector(selector)?.textContent.trim() ?? "";
  const oneLine = (element) => element.innerText.trim().split(/\s*\n\s*/).join(" ");
  const look = () => ({
    url: location.pathname + location.search,
    heading: textOf("h1"),
    text: document.body?.innerText ?? "",
    toasts: [...document.querySelectorAll("section.lk-toaster li.lk-toast")].map(oneLine),
    status: textOf("[role=status]"),
  });
  const snapshots = [];
  const times = []; // one per snapshot, in milliseconds since the Unix epoch
  const record = () => {
    const snapshot = look();
    if (JSON.stringify(snapshot) === JSON.stringify(snapshots.at(-1))) return;
    snapshots.push(snapshot);
    times.push(performance.timeOrigin + performance.now());
  };
  const all = { attributes: true, characterData: true, childList: true, subtree: true };
  new MutationObserver(record).observe(document, all);
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return record();
    // A page that the browser kept: begins anew, with what the next frame shows.
    snapshots.length = times.length = 0;
    requestAnimationFrame(record);
  });
  window.recorder = { look, snapshots, times };
})();
