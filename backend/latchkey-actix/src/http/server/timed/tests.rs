//! How long a stream waits, by a clock that leaps to the next timer when nothing else is left to do.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;

const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Both ends of a connection, one of so many.
async fn pair(connections: &Arc<Connections>) -> (TcpStream, TimedStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (accepted, _) = listener.accept().await.unwrap();
    let (server, peer) = TimedStream::new(accepted, connections, Some(KEEP_ALIVE)).unwrap();
    assert_eq!(peer, client.local_addr().unwrap());
    (client, server)
}

/// Reads, and says how much and after how long.
async fn read(server: &mut TimedStream) -> (usize, u64) {
    let begin = Instant::now();
    let length = server.read(&mut [0; 100]).await.unwrap();
    (length, begin.elapsed().as_secs())
}

/// Sends, and waits until it has arrived; by the real clock, because the other one leaps when something is waited for.
async fn send(client: &mut TcpStream, server: &TimedStream, bytes: &[u8]) {
    tokio::time::resume();
    client.write_all(bytes).await.unwrap();
    server.stream.readable().await.unwrap();
    tokio::time::pause();
}

#[tokio::test(start_paused = true)]
async fn a_new_connection_is_silent_for_so_long_at_the_most() {
    let (_client, mut server) = pair(&Connections::new(9)).await;
    assert_eq!(read(&mut server).await, (0, HEAD_TIMEOUT.as_secs()));
}

#[tokio::test(start_paused = true)]
async fn a_head_is_bounded_from_its_first_byte_on_however_many_follow() {
    let (mut client, mut server) = pair(&Connections::new(9)).await;
    for _ in 0..3 {
        server.connection().begin_request(Phase::Answering);
        read_nothing(&mut server).await;
        server.connection().enter(Phase::Idle);
        let begin = Instant::now();
        for _ in 0..8 {
            send(&mut client, &server, b"x").await;
            assert_eq!(read(&mut server).await.0, 1);
            // A connection reads until nothing is left to be read.
            read_nothing(&mut server).await;
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert_eq!(read(&mut server).await.0, 0);
        assert_eq!(begin.elapsed().as_secs(), HEAD_TIMEOUT.as_secs());
    }
    let mut said = [0; 12];
    client.read_exact(&mut said).await.unwrap();
    assert_eq!(&said, b"HTTP/1.1 408");
}

/// Lets the stream look once, with nothing to be read.
async fn read_nothing(server: &mut TimedStream) {
    let mut buffer = [0; 100];
    tokio::select! {
        biased;
        _ = server.read(&mut buffer) => panic!("there is nothing to read"),
        () = std::future::ready(()) => {}
    }
}

#[tokio::test(start_paused = true)]
async fn between_requests_the_keep_alive_holds_and_during_one_nothing_ends() {
    let (mut client, mut server) = pair(&Connections::new(9)).await;
    send(&mut client, &server, b"GET").await;
    assert_eq!(read(&mut server).await.0, 3);
    server.connection().begin_request(Phase::Answering);
    let answered = tokio::time::timeout(Duration::from_secs(1000), read(&mut server)).await;
    assert!(answered.is_err(), "a request may take as long as it takes");
    server.connection().enter(Phase::Idle);
    assert_eq!(read(&mut server).await, (0, KEEP_ALIVE.as_secs()));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_is_given_up_and_one_that_takes_a_little_is_not() {
    let (mut client, mut server) = pair(&Connections::new(9)).await;
    let (begin, mut taken) = (Instant::now(), 0);
    let blocked = loop {
        match server.write(&[0; 1 << 16]).await {
            Ok(length) => taken += length,
            Err(error) => break error,
        }
    };
    assert_eq!((blocked.kind(), begin.elapsed().as_secs()), (io::ErrorKind::TimedOut, WRITE_TIMEOUT.as_secs()));
    client.read_exact(&mut vec![0; taken]).await.unwrap();
    assert!(server.write(b"more").await.is_ok());
}

#[tokio::test]
async fn what_has_to_make_room_is_over_at_once() {
    let connections = Connections::new(1);
    let (_client, mut first) = pair(&connections).await;
    let (end, (_other_client, _second)) = tokio::join!(first.read_u8(), pair(&connections));
    assert_eq!(end.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
}
