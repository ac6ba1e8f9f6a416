// The rest of the module. Who loads the app gives the answer with the file at `rest.address` to `rest.add`: when the page can be used,
// or before it starts if its path is not one of `rest.pages`. `rest.whole` is fulfilled when it is there. The script of an app that was not
// split exports no `rest`.

let imported;
let exported;
let bytes;
let compiled;
let added = false;
let resolveWhole;
const whole = new Promise((resolve) => { resolveWhole = resolve; });

function isThere() {
    added = true;
    resolveWhole();
}

async function addRest() {
    if (!compiled || !exported || added) return;
    await WebAssembly.instantiate(compiled, { a: imported, b: exported });
    isThere();
}

function beforeStart(exports) {
    exported = exports;
    return addRest();
}

// A function of the rest is called and not there. A call into a module cannot wait, so this blocks the page.
function loadRestNow() {
    if (added) return;
    try {
        compiled = compiled || new WebAssembly.Module(bytes || download());
        new WebAssembly.Instance(compiled, { a: imported, b: exported });
        isThere();
    } catch (error) {
        throw Object.assign(new Error(`the rest of the app could not be loaded: ${error}`), { name: "MissingPart" });
    }
}

function download() {
    let failure;
    // While servers are replaced, another one may have it.
    for (let tries = 0; tries < 7; tries += 1) {
        const request = new XMLHttpRequest();
        request.open("GET", tries ? `${rest.address}?retry=${tries}` : rest.address, false);
        request.overrideMimeType("text/plain; charset=x-user-defined");
        try {
            request.send();
            if (request.status === 200) return Uint8Array.from(request.responseText, (sign) => sign.charCodeAt(0));
            failure = request.status;
        } catch (error) {
            failure = error;
        }
    }
    throw failure;
}

// Chrome before 115 compiles nothing of more than 4 kB while the page waits.
function canLoadNow() {
    const module = new Uint8Array(5011);
    module.set([0, 97, 115, 109, 1, 0, 0, 0, 0, 136, 39]);
    try {
        return Boolean(new WebAssembly.Module(module));
    } catch (error) {
        return false;
    }
}

export const rest = {
    address: new URL("REST_FILE", import.meta.url).href,
    pages: canLoadNow() ? ["PAGES"] : [],
    whole,
    isAdded: () => added,
    add: async (response) => {
        bytes = await response.arrayBuffer();
        try {
            compiled = compiled || await WebAssembly.compile(bytes);
        } finally {
            bytes = undefined;
        }
        await addRest();
    },
};
