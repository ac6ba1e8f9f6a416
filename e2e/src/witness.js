// Runs in every page before its own scripts, and writes down each moment in which the page looks different: what was
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
  const moments = [];
  const times = []; // of the moments, in milliseconds since 1970
  const note = () => {
    const moment = look();
    if (JSON.stringify(moment) === JSON.stringify(moments.at(-1))) return;
    moments.push(moment);
    times.push(performance.timeOrigin + performance.now());
  };
  const all = { attributes: true, characterData: true, childList: true, subtree: true };
  new MutationObserver(note).observe(document, all);
  addEventListener("pageshow", note);
  window.witness = { look, moments, times };
})();
