//! The server's API, one function a call.
