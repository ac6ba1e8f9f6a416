// Formats a date, because the first one costs a browser tens of milliseconds: it loads the rules of the user's language. Now the
// page has been painted, and the app is still on its way.
requestAnimationFrame(() => setTimeout(() => new Intl.DateTimeFormat([], { dateStyle: "long", timeStyle: "short" }).format()));
