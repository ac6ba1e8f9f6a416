// Watches over the page: that the app arrives, that nothing of a user is left when it breaks, and that while a sign-out is
// pending no name shows. It runs before everything else, also in browsers in which the app cannot; in those that do not even
// understand this, shell.css brings up the words.
window.latchkey = (() => {
  // How long nothing may come in before the page says that it is slow. It goes on waiting.
  const STALLED_MS = 6000;
  // How long to wait for a sign of the server before there are words in place of a reload.
  const PROBE_MS = 3000;
  const root = document.documentElement;
  const title = document.title;
  // What the app holds that other tabs wait for: locks, streams, channels. Each has a `close`.
  const held = new Set();
  let state = "loading"; // then "started"; or "failed"
  let isBroken = false;
  let timer;
  // What is said when something is wrong, and the part of the page's shell that it stands in; the app replaces the shell.
  let words;
  let main;

  root.setAttribute("data-watched", "");

  // ---- A pending sign-out ----

  // What the names of the app's entries in the storage begin with.
  const prefix = root.getAttribute("data-latchkey-prefix") || "latchkey";

  const signOutIsPending = () => {
    try {
      const kept = Object.keys(localStorage).filter((key) => key.startsWith(prefix) && /^\W.*sign-?out/.test(key.slice(prefix.length)));
      return kept.some((key) => !/^\s*(\[\s*\]|\{\s*\}|null)?\s*$/.test(localStorage.getItem(key)));
    } catch (error) {
      return true;
    }
  };

  if (signOutIsPending()) {
    // A style keeps the name from being painted; it goes altogether as soon as the page has been read.
    root.setAttribute("data-sign-out-pending", "");
    document.addEventListener("DOMContentLoaded", () => {
      const name = document.getElementById("initial-user");
      if (name) name.textContent = "";
    });
  }

  // ---- The start ----

  const say = (what) => root.setAttribute("data-trouble", what);

  const progress = () => {
    if (state !== "loading") return;
    clearTimeout(timer);
    root.removeAttribute("data-trouble");
    timer = setTimeout(say, STALLED_MS, "slow");
  };

  // Notes each piece of an answer that comes in.
  const follow = (response) => {
    const reader = response.body && response.body.getReader && response.body.getReader();
    const next = () => reader.read().then((piece) => {
      progress();
      if (!piece.done) next();
    }, () => {});
    if (reader) next();
  };

  const load = (js, wasm, importModule) => {
    words = document.querySelector(".lk-page-trouble");
    main = words && words.parentNode;
    if (typeof WebAssembly !== "object") return fail("old");
    const module = importModule(js);
    module.then(progress, () => {});
    const binary = fetch(wasm).then((response) => {
      if (!response.ok) throw new Error(`${wasm} was answered with ${response.status}`);
      progress();
      follow(response.clone());
      return response;
    });
    const start = ([app, response]) => app.default({ module_or_path: response });
    Promise.all([module, binary]).then(watched(start)).catch((error) => {
      console.error(error);
      fail("load");
    });
  };

  const started = () => {
    state = "started";
    clearTimeout(timer);
    root.removeAttribute("data-trouble");
    // Whoever empties the app's element leaves nothing that could be used.
    const app = document.getElementById("app");
    if (app) new MutationObserver(() => app.firstElementChild || broken()).observe(app, { childList: true });
  };

  // The app does not start. Once, the page is loaded anew by itself: a file may be gone since a newer app was deployed. A
  // page that was loaded anew is not loaded again; the browser knows that, so that nothing has to be stored.
  const fail = (what) => {
    if (state !== "loading") return;
    state = "failed";
    clearTimeout(timer);
    if (what === "old" || wasReloaded()) say(what);
    else reloadOr(() => say(what));
  };

  const wasReloaded = () => {
    const [navigation] = performance.getEntriesByType("navigation");
    return !navigation || navigation.type === "reload";
  };

  // Loads the page anew if the server is there; without it, the browser would put a page of its own in the place of ours.
  const reloadOr = (otherwise) => {
    setTimeout(otherwise, PROBE_MS);
    const probe = { method: "HEAD", cache: "no-store", credentials: "omit", redirect: "manual" };
    const there = ({ ok, type }) => ok || type === "opaqueredirect";
    fetch(location.href, probe).then((answer) => there(answer) ? location.reload() : otherwise(), otherwise);
  };

  // A browser that does not understand the scripts, or a style that is gone: without the latter the app can be used.
  addEventListener("error", ({ error, target }) => {
    if (error instanceof SyntaxError) fail("old");
    else if (target.rel === "stylesheet" && !wasReloaded()) fail("load");
  }, true);

  // ---- The end ----

  // The app has broken, and nothing in it may be relied upon any more: nothing of the user stays, and others can go on.
  const broken = () => {
    if (isBroken) return;
    isBroken = true;
    held.forEach((one) => quietly(() => one.close()));
    if (state !== "started") return fail("load");
    say("broken");
    document.title = title;
    const session = document.getElementById("initial-session");
    if (session) session.remove();
    const app = document.getElementById("app");
    if (!app) return;
    app.textContent = "";
    if (words) {
      main.textContent = "";
      main.append(words);
      app.append(main);
    }
    // In a new element none of the app's listeners is left.
    quietly(() => app.replaceWith(app.cloneNode(true)));
    quietly(() => document.querySelector(".lk-page-trouble button").focus());
  };

  // What broke the app may stand in the way here too.
  const quietly = (step) => {
    try { step(); } catch (error) { console.error(error); }
  };

  // Stands at every way into the app. Whatever leaves it by throwing, a panic, a trap or an exception of JavaScript's, has
  // unwound nothing in it, so that what it was doing is half done; only a callback that came too late was refused in time.
  // From then on nothing gets into it any more: no timer, no event, no answer.
  const guarded = (enter) => (...values) => {
    if (isBroken) return undefined;
    try {
      return enter(...values);
    } catch (error) {
      if (!/closure invoked/.test(error)) broken();
      throw error;
    }
  };

  // What wasm-bindgen starts while this runs gets a guard at each of its exports.
  const watched = (start) => (files) => {
    const natives = ["instantiateStreaming", "instantiate"].filter((name) => WebAssembly[name]).map((name) => {
      const native = WebAssembly[name];
      WebAssembly[name] = (...source) => native(...source).then(({ module, instance }) => {
        const exports = {};
        for (const [key, value] of Object.entries(instance.exports)) exports[key] = typeof value === "function" ? guarded(value) : value;
        return { module, instance: { exports } };
      });
      return [name, native];
    });
    return start(files).finally(() => natives.forEach(([name, native]) => { WebAssembly[name] = native; }));
  };

  document.addEventListener("submit", (event) => {
    if (event.target.className !== "lk-page-trouble__form") return;
    event.preventDefault();
    location.reload();
  });

  progress();

  return { load, started, fail, broken, hold: (one) => held.add(one), release: (one) => held.delete(one) };
})();
