// The rest of the module. Whoever loads the app loads the rest when the page is there, or before it starts if it is not one of `pages`.

let imported;
let compiled;
let added;

function addRest() {
    if (compiled && wasm && !added) added = new WebAssembly.Instance(compiled, { a: imported, b: wasm });
}

// The module calls a function of the rest, and cannot wait for it otherwise.
function loadRestNow() {
    if (added) return;
    try {
        compiled = compiled || new WebAssembly.Module(download());
        addRest();
    } catch (error) {
        throw Object.assign(new Error(`the rest of the app could not be loaded: ${error}`), { name: "MissingPart" });
    }
}

function download() {
    let status;
    // While servers are replaced, another one may have it.
    for (let tries = 0; tries < 7; tries += 1) {
        const request = new XMLHttpRequest();
        request.open("GET", tries ? `${rest.address}?retry=${tries}` : rest.address, false);
        request.overrideMimeType("text/plain; charset=x-user-defined");
        request.send();
        status = request.status;
        if (status === 200) return Uint8Array.from(request.responseText, (sign) => sign.charCodeAt(0));
    }
    throw new Error(`it was answered with ${status}`);
}

export const rest = {
    address: new URL("REST_FILE", import.meta.url).href,
    pages: ["PAGES"],
    load: async (address) => {
        if (compiled) return;
        const response = await fetch(address);
        if (!response.ok) throw new Error(`${address} was answered with ${response.status}`);
        compiled = await WebAssembly.compile(await response.arrayBuffer());
        addRest();
    },
};
