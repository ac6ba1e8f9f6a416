//! Which connections are closed for new ones.

use std::task::Waker;

use super::*;

fn evicted(connection: &Connection) -> bool {
    connection.is_evicted(Waker::noop())
}

#[test]
fn the_longest_idle_connection_is_evicted_and_an_answering_one_never() {
    let connections = Connections::new(3);
    let [streaming, early, late] = [0, 1, 2].map(|_| connections.open().unwrap());
    streaming.begin_request(Phase::Streaming);
    early.begin_request(Phase::Answering);
    late.enter(Phase::Idle);
    early.enter(Phase::Idle);
    let fourth = connections.open().unwrap();
    assert_eq!([&streaming, &early, &late, &fourth].map(|connection| evicted(connection)), [false, false, true, false]);
}

#[test]
fn a_connection_with_a_slow_body_is_evicted_too() {
    let connections = Connections::new(1);
    let slow = connections.open().unwrap();
    slow.begin_request(Phase::Receiving);
    assert!(connections.open().is_some() && evicted(&slow));
}

#[test]
fn without_idle_connections_a_new_one_is_rejected_until_one_closes() {
    let connections = Connections::new(1);
    let first = connections.open().unwrap();
    first.begin_request(Phase::Answering);
    assert!(connections.open().is_none());
    assert!(!evicted(&first));
    first.closed();
    assert!(connections.open().is_some());
}

#[test]
fn a_request_is_in_flight_until_it_is_answered_and_a_stream_is_not() {
    let connections = Connections::new(9);
    let [one, other, stream] = [0, 1, 2].map(|_| connections.open().unwrap());
    assert_eq!(connections.requests_in_flight(), 0);
    one.begin_request(Phase::Receiving);
    other.begin_request(Phase::Answering);
    stream.begin_request(Phase::Streaming);
    assert_eq!(connections.requests_in_flight(), 2);
    one.enter(Phase::Idle);
    other.closed();
    assert_eq!(connections.requests_in_flight(), 0);
}
