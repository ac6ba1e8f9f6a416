//! Notices when the machine is so busy with other work that no server can be blamed for being late. The figure to compare with is how
//! long a server waits for a connection to the database: 250 ms.

use std::{sync::Arc, time::Duration};

use tokio::time::sleep;

use crate::{stand::Stand, world::World};

/// The time between two looks.
const EVERY: Duration = Duration::from_millis(100);

/// What this process and the database together need on a machine that has time for them.
const LATE: Duration = Duration::from_millis(100);

/// Connects to the database again and again. For ever.
pub async fn notice(world: Arc<World>, stand: Arc<Stand>) {
    loop {
        let begun = world.witness.now();
        sleep(EVERY).await;
        // While the database is stopped this fails, and that is a fault already.
        let _ = stand.execute("SELECT 1").await;
        let now = world.witness.now();
        if now - begun > EVERY + LATE {
            world.witness.note_stall(begun, now);
        }
    }
}
