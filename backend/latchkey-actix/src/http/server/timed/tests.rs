//! The time-outs of a stream, on a paused clock that jumps to the next timer when all tasks are idle.
#![expect(clippy::disallowed_methods, reason = "tokio's clock is paused")]

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;

const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Both ends of a connection, in a register with a limit.
async fn pair(connections: &Arc<Connections>) -> (TcpStream, TimedStream<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (accepted, _) = listener.accept().await.unwrap();
    let server = TimedStream::new(accepted, connections, Some(KEEP_ALIVE)).unwrap();
    assert_eq!(server.peer(), client.local_addr().ok());
    (client, server)
}

/// Reads, and returns the number of bytes and the time it took.
async fn read(server: &mut TimedStream<TcpStream>) -> (usize, u64) {
    let begin = Instant::now();
    let length = server.read(&mut [0; 100]).await.unwrap();
    (length, begin.elapsed().as_secs())
}

/// Sends bytes and waits until they have arrived, on the real clock, because the paused one jumps during a wait.
async fn send(client: &mut TcpStream, server: &TimedStream<TcpStream>, bytes: &[u8]) {
    tokio::time::resume();
    client.write_all(bytes).await.unwrap();
    server.stream.readable().await.unwrap();
    tokio::time::pause();
}

#[tokio::test(start_paused = true)]
async fn a_new_connection_without_a_request_times_out() {
    let (_client, mut server) = pair(&Connections::new(9)).await;
    assert_eq!(read(&mut server).await, (0, HEAD_TIMEOUT.as_secs()));
}

#[tokio::test(start_paused = true)]
async fn a_head_times_out_from_its_first_byte_on() {
    let (mut client, mut server) = pair(&Connections::new(9)).await;
    for _ in 0..3 {
        server.connection().begin_request(Phase::Answering);
        read_nothing(&mut server).await;
        server.connection().enter(Phase::Idle);
        let begin = Instant::now();
        for _ in 0..8 {
            send(&mut client, &server, b"x").await;
            assert_eq!(read(&mut server).await.0, 1);
            // A connection reads until there is nothing left to read.
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

/// Polls the stream once, with nothing to read.
async fn read_nothing(server: &mut TimedStream<TcpStream>) {
    let mut buffer = [0; 100];
    tokio::select! {
        biased;
        _ = server.read(&mut buffer) => panic!("there is nothing to read"),
        () = std::future::ready(()) => {}
    }
}

#[tokio::test(start_paused = true)]
async fn keep_alive_applies_between_requests_and_not_during_one() {
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
async fn a_client_that_reads_nothing_times_out_and_one_that_reads_slowly_does_not() {
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
async fn an_evicted_stream_ends_at_once() {
    let connections = Connections::new(1);
    let (_client, mut first) = pair(&connections).await;
    let (end, (_other_client, _second)) = tokio::join!(first.read_u8(), pair(&connections));
    assert_eq!(end.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
}
