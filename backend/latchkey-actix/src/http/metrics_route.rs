//! `/metrics`, on a listener of its own.

use actix_web::{
    HttpResponse,
    web::{self, Data, ServiceConfig},
};

use crate::{
    metrics::{self, requests::RequestMetrics},
    service::SessionService,
};

/// The media type of the OpenMetrics format.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The routes of the metrics' listener.
pub fn routes(app: &mut ServiceConfig) {
    app.route("/metrics", web::get().to(metrics));
}

async fn metrics(service: Data<SessionService>, requests: Data<RequestMetrics>) -> HttpResponse {
    let mut text = String::new();
    service.write_metrics(&mut text).await;
    requests.write(&mut text);
    metrics::finish(&mut text);
    HttpResponse::Ok().content_type(OPENMETRICS).body(text)
}
