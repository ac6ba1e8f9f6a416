// Loads the app and reports when it cannot be loaded; postpones clicks and events while a part of it is missing; removes everything
// about the user when the app crashes; hides the user's name while a sign-out is pending. It runs before everything else, also in browsers that cannot run the app. In browsers that
// cannot even run this script, the style shows the message.
window.latchkey = (() => {
  // Time without any bytes, or without an effect of a click, after which the page says that it is slow. It keeps waiting.
  const STALLED_MS = 6000;
  // How long a response arrives before its chunks are read, which on a slow machine is a twentieth of the work of a load.
  const FOLLOWED_MS = 1500;
  // How long to wait for the server before a message is shown instead of a reload.
  const PROBE_MS = 3000;
  // How often a file that is not there is requested again: while servers are replaced, another one may have it.
  const RETRIES = 6;
  // How long to wait before the rest of the app is requested again; twice as long after each failure.
  const REST_RETRY_MS = 2000;
  const REST_RETRY_MOST_MS = 60000;
  const root = document.documentElement;
  const title = document.title;
  // What the app holds and other tabs depend on: locks, streams, channels. Each has a `close`.
  const held = new Set();
  let state = "loading"; // then "started" or "failed"
  let isBroken = false;
  // How many calls of the app's exports are within each other.
  let depth = 0;
  let timer;
  let progressMs;
  // The messages for failures, and the main element of the shell that contains them. The app replaces the shell.
  let words;
  let main;
  // The rest of the app while it is missing, and what is repeated when it arrives, in order.
  let rest;
  const events = new Map();
  // Links and buttons that were clicked, and forms that were submitted without a click.
  const used = new Set();
  // Whether the server does not have the rest any more. Nothing waits for it then: what needs it says so.
  let isRestGone = false;
  // Requests the rest again at once.
  let retryRest;
  let slowTimer;

  root.setAttribute("data-watched", "");

  // ---- A pending sign-out ----

  // What the names of the app's entries in the storage begin with.
  const prefix = root.getAttribute("data-latchkey-prefix") || "latchkey";
  // Opened now and read later: the browser fetches it from the disk meanwhile, and the parser does not wait for it.
  let storage;
  try { storage = localStorage; } catch (error) { /* Then nothing is known about a sign-out. */ }

  const signOutIsPending = () => {
    try {
      const kept = Object.keys(storage).filter((key) => key.startsWith(prefix) && /^\W.*sign-?out/.test(key.slice(prefix.length)));
      return kept.some((key) => !/^\s*(\[\s*\]|\{\s*\}|null)?\s*$/.test(storage.getItem(key)));
    } catch (error) {
      return true;
    }
  };

  // A style hides the user's name until it is known whether it may be shown: before the first frame, or when the document is parsed.
  const showUser = () => {
    const name = document.getElementById("initial-user");
    if (!signOutIsPending()) root.removeAttribute("data-user-hidden");
    else if (name) name.textContent = "";
  };

  root.setAttribute("data-user-hidden", "");
  requestAnimationFrame(showUser);
  document.addEventListener("DOMContentLoaded", showUser);

  // ---- The start ----

  const say = (what) => root.setAttribute("data-trouble", what);

  // A response brings many chunks, so the timer is set again only when it has fired.
  const progress = () => {
    if (state !== "loading") return;
    progressMs = performance.now();
    if (timer) return;
    root.removeAttribute("data-trouble");
    watchProgress(STALLED_MS);
  };

  const watchProgress = (ms) => {
    timer = setTimeout(() => {
      const leftMs = progressMs + STALLED_MS - performance.now();
      if (leftMs > 0) return watchProgress(leftMs);
      timer = 0;
      say("slow");
    }, ms);
  };

  // Reports progress for every chunk of a response that is still arriving.
  const follow = (response) => {
    if (state !== "loading") return;
    const reader = response.body && response.body.getReader && response.body.getReader();
    const next = () => reader.read().then((piece) => {
      progress();
      if (!piece.done) next();
    }, () => {});
    if (reader) next();
  };

  // Another address of the same file: browsers keep the failure of a module under its address.
  const retryAddress = (address, tries) => {
    const url = new URL(address, document.baseURI);
    if (tries) url.searchParams.set("retry", tries);
    return url.href;
  };

  const retried = (request, address, tries = 0) => request(retryAddress(address, tries)).catch((error) => {
    if (tries === RETRIES || error instanceof SyntaxError) throw error;
    return retried(request, address, tries + 1);
  });

  // A stylesheet cannot be loaded. Without it the app is still usable, and may have started meanwhile.
  const retryStylesheet = (link) => {
    const tries = (link.dataset.tries | 0) + 1;
    if (tries > RETRIES) return wasReloaded() || reloadOr(() => {});
    const next = link.cloneNode();
    next.dataset.tries = tries;
    next.href = retryAddress(link.href, tries);
    link.replaceWith(next);
  };

  const load = (js, wasm, importModule) => {
    words = document.querySelector(".lk-page-trouble");
    main = words && words.parentNode;
    if (typeof WebAssembly !== "object") return fail("old");
    const module = retried(importModule, js);
    module.then(progress, () => {});
    const binary = retried(requested, wasm);
    const restIfNeeded = module.then((app) => {
      if (!app.rest) return;
      if (app.rest.whole) {
        rest = app.rest;
        rest.whole.then(restArrived);
      }
      return app.rest.pages.includes(location.pathname) || loadRest(app);
    });
    const start = ([app, response]) => app.default({ module_or_path: response }).then(() => app);
    Promise.all([module, binary, restIfNeeded]).then(watched(start)).then((app) => setTimeout(loadRestLater, 0, app)).catch((error) => {
      console.error(error);
      fail("load");
    });
  };

  const requested = (address) => fetch(address).then((response) => {
    const { ok, status } = response;
    if (!ok) throw Object.assign(new Error(`${address} was answered with ${status}`), { status });
    progress();
    if (state === "loading") setTimeout(follow, FOLLOWED_MS, response.clone());
    return response;
  });

  // The module of an app can have a rest, without which most pages start.
  const loadRest = ({ rest }) => retried((address) => requested(address).then(rest.add), rest.address);

  const loadRestLater = (app, waitMs = REST_RETRY_MS) => {
    if (!app.rest || app.rest.isAdded() || isBroken) return;
    retryRest = undefined;
    loadRest(app).catch(({ status }) => {
      // These answers are no outage.
      isRestGone = /^4(?!08|25|29)/.test(status);
      if (isRestGone) useControls();
      const next = setTimeout(loadRestLater, waitMs, app, Math.min(waitMs * 2, REST_RETRY_MOST_MS));
      retryRest = () => {
        clearTimeout(next);
        loadRestLater(app);
      };
    });
  };

  const started = () => {
    state = "started";
    clearTimeout(timer);
    root.removeAttribute("data-trouble");
    // If something empties the app's element, the app is unusable.
    const app = document.getElementById("app");
    if (app) new MutationObserver(() => app.firstElementChild || broken()).observe(app, { childList: true });
  };

  // ---- While the rest of the app is missing ----

  const isIncomplete = () => rest && state === "started";

  // What a click, a submission or an event leads to may need the rest, so that it would be lost if the network failed meanwhile.
  // Enter in a form without a button submits it without a click, and so does a password manager.
  const postponeUse = (event) => {
    if (!isIncomplete() || isRestGone) return;
    const { type, target } = event;
    const control = type === "submit" ? target.requestSubmit && target : target.closest("a[href], button, [type=submit]");
    if (!control || (words && words.contains(control))) return;
    event.stopImmediatePropagation();
    if (control.matches("a") && leavesToBrowser(control, event)) return;
    event.preventDefault();
    used.add(control);
    awaitRest();
  };

  // Links to other sites, and those that are opened in another tab.
  const leavesToBrowser = (link, { ctrlKey, metaKey, shiftKey, altKey }) =>
    ctrlKey || metaKey || shiftKey || altKey || link.origin !== location.origin || link.hasAttribute("download") ||
    (link.target && link.target !== "_self");

  const postponeEvent = (event) => {
    const { type, target } = event;
    if (!isIncomplete() || target.nodeType === Node.ELEMENT_NODE) return;
    event.stopImmediatePropagation();
    // Each message counts, and the last event of every other type.
    const key = type === "message" ? event : type;
    events.delete(key);
    events.set(key, () => target.dispatchEvent(new event.constructor(type, event)));
    if (type === "pageshow") awaitRest();
    else if (type === "online" && retryRest) retryRest();
  };

  const awaitRest = () => {
    if (retryRest) retryRest();
    slowTimer = slowTimer || setTimeout(saySlow, STALLED_MS);
  };

  const saySlow = () => {
    say("slow");
    if (words) (document.querySelector("main") || document.body).prepend(words);
  };

  const restArrived = () => {
    rest = undefined;
    if (isBroken || state !== "started") return;
    events.forEach((repeat) => repeat());
    events.clear();
    useControls();
  };

  const useControls = () => {
    clearTimeout(slowTimer);
    slowTimer = 0;
    root.removeAttribute("data-trouble");
    if (words) words.remove();
    const controls = [...used];
    used.clear();
    controls.forEach((control) => {
      if (isBroken || !control.isConnected) return;
      if (control.requestSubmit) control.requestSubmit();
      else control.click();
    });
  };

  ["click", "submit"].forEach((type) => addEventListener(type, postponeUse, true));
  ["focus", "online", "offline", "pageshow", "popstate", "visibilitychange"].forEach((type) => addEventListener(type, postponeEvent, true));
  // Who comes back to a page does not wait for an earlier click.
  addEventListener("pagehide", () => used.clear());

  // ---- Failures ----

  // The app cannot start. The page is reloaded once, because a file may be missing since a newer build was deployed. The
  // browser knows whether the page was reloaded, so nothing has to be stored.
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

  // Reloads the page if the server answers; if it does not, the browser would show its own error page.
  const reloadOr = (otherwise) => {
    setTimeout(otherwise, PROBE_MS);
    const probe = { method: "HEAD", cache: "no-store", credentials: "omit", redirect: "manual" };
    const there = ({ ok, type }) => ok || type === "opaqueredirect";
    fetch(location.href, probe).then((answer) => there(answer) ? location.reload() : otherwise(), otherwise);
  };

  // A browser that cannot parse the scripts, or a missing stylesheet.
  addEventListener("error", ({ error, target }) => {
    if (error instanceof SyntaxError) fail("old");
    else if (target.rel === "stylesheet") retryStylesheet(target);
  }, true);

  // ---- The end ----

  // The app has crashed and cannot be relied upon: removes everything about the user, and closes what other tabs wait for.
  const broken = (error) => {
    if (isBroken) return;
    isBroken = true;
    rest = undefined;
    clearTimeout(slowTimer);
    held.forEach((one) => quietly(() => one.close()));
    if (state !== "started") {
      restoreWords();
      return fail("load");
    }
    // The rest of the app may have been needed and missing.
    say(error && error.name === "MissingPart" ? "load" : "broken");
    document.title = title;
    const session = document.getElementById("initial-session");
    if (session) session.remove();
    restoreWords();
    quietly(() => document.querySelector(".lk-page-trouble button").focus());
  };

  // Shows the messages in place of the app, which has replaced them with the shell.
  const restoreWords = () => {
    const app = document.getElementById("app");
    if (!app || (state !== "started" && words && words.isConnected)) return;
    app.textContent = "";
    if (words && !words.isConnected) {
      main.textContent = "";
      main.append(words);
      app.append(main);
    }
    // A new element has none of the app's listeners.
    quietly(() => app.replaceWith(app.cloneNode(true)));
  };

  // Whatever crashed the app may cause an exception here as well.
  const quietly = (step) => {
    try { step(); } catch (error) { console.error(error); }
  };

  // Wraps an export of the app. After a panic, a trap or a JavaScript exception nothing was unwound, so the app's state is
  // inconsistent, and no timer, event or answer may enter it any more. The exception of a callback that was invoked after its
  // drop is harmless: it was refused before it entered.
  const guarded = (enter) => (...values) => {
    // wasm-bindgen's script reads the two values of some results. Within a call of the app it must not go on.
    if (isBroken) return depth ? undefined : [];
    depth += 1;
    try {
      return enter(...values);
    } catch (error) {
      if (!/closure invoked/.test(error)) broken(error);
      throw error;
    } finally {
      depth -= 1;
    }
  };

  // Guards every export of the modules that wasm-bindgen instantiates during `start`.
  const watched = (start) => (files) => {
    const natives = ["instantiateStreaming", "instantiate"].filter((name) => WebAssembly[name]).map((name) => {
      const native = WebAssembly[name];
      WebAssembly[name] = (...source) => native(...source).then((result) => {
        const { module, instance } = result;
        // The rest of an app comes alone, and has no exports.
        if (!instance) return result;
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

  return {
    load, started, fail, broken,
    hold: (one) => {
      held.add(one);
      if (rest && one.addEventListener) one.addEventListener("message", postponeEvent);
    },
    release: (one) => held.delete(one),
    // Whether no part of the app is missing.
    isWhole: () => !rest,
  };
})();
