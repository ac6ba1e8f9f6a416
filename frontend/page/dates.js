// Formats a date, because the first one costs a browser tens of milliseconds: it loads the rules of the user's language. This is done
// when the page has been painted, which it must not delay, and the app is still on its way.
new PerformanceObserver((paints, observer) => {
  if (!paints.getEntriesByName("first-contentful-paint").length) return;
  observer.disconnect();
  setTimeout(() => new Intl.DateTimeFormat([], { dateStyle: "long", timeStyle: "short" }).format());
}).observe({ type: "paint", buffered: true });
