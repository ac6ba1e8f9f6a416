// Runs in every page before its own scripts, in browsers whose driver cannot read the console: reports script errors, errors
// that scripts log, and violations of the content security policy.
const report = (source, message) => {
  const request = new XMLHttpRequest();
  // Synchronous, so that a story that ends next does not miss it.
  request.open("POST", "/e2e/errors", false);
  request.send(`${source}: ${message}`);
};
addEventListener("error", ({ message }) => report("javascript", message));
addEventListener("unhandledrejection", ({ reason }) => report("javascript", reason));
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => report("security", `${violatedDirective} ${blockedURI}`));
const { error } = console;
console.error = (...values) => {
  report("console-api", values.join(" "));
  error.apply(console, values);
};
