//! Requests by route and status. The routes are known from the start, so a request needs no look-up by labels and a client cannot make
//! series.

use std::{sync::OnceLock, time::Duration};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode_registry},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};

use super::timings::Timings;

/// The statuses that are counted under their own number, the most frequent first. All others are `other`.
const STATUSES: [(u16, &str); 25] = [
    (200, "200"),
    (204, "204"),
    (401, "401"),
    (303, "303"),
    (304, "304"),
    (503, "503"),
    (403, "403"),
    (404, "404"),
    (429, "429"),
    (409, "409"),
    (422, "422"),
    (410, "410"),
    (400, "400"),
    (500, "500"),
    (201, "201"),
    (202, "202"),
    (206, "206"),
    (301, "301"),
    (302, "302"),
    (308, "308"),
    (405, "405"),
    (406, "406"),
    (408, "408"),
    (413, "413"),
    (415, "415"),
];

/// The statuses that alerts watch. Their series begin at zero, because the increase of a series that begins with an event is not seen.
const ALERTED: [u16; 4] = [500, 503, 410, 429];

/// The classes of statuses, by their first digit.
const CLASSES: [&str; 6] = ["other", "1xx", "2xx", "3xx", "4xx", "5xx"];

/// What is counted of requests that are for none of the routes.
const OTHER: &str = "other";

/// The requests of a server.
#[derive(Debug)]
pub struct RequestMetrics {
    registry: Registry,
    /// One for each route, and one for all other requests.
    routes: Vec<RouteMetrics>,
    answers: Family<AnswerLabels, Counter>,
    durations: Family<ClassLabels, Timings>,
}

/// The requests for one route.
#[derive(Debug)]
struct RouteMetrics {
    labels: RouteLabels,
    in_flight: Gauge,
    /// By position in [`STATUSES`]. But for [`ALERTED`], made when they are first needed, so that what never happens has no series.
    answers: [OnceLock<Counter>; STATUSES.len() + 1],
    /// By position in [`CLASSES`].
    durations: [OnceLock<Timings>; CLASSES.len()],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: &'static str,
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AnswerLabels {
    method: &'static str,
    route: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ClassLabels {
    method: &'static str,
    route: &'static str,
    class: &'static str,
}

impl RequestMetrics {
    /// For routes, each with its method and its path with the names of parameters. Requests are counted under the positions of their
    /// routes in this list; all others under its length.
    #[must_use]
    pub fn new(routes: impl Iterator<Item = (&'static str, &'static str)>) -> Self {
        let mut registry = Registry::with_prefix("latchkey");
        let (answers, durations) = (Family::default(), Family::<ClassLabels, Timings>::default());
        let in_flight = Family::<RouteLabels, Gauge>::default();
        registry.register("requests", "Requests that were answered, by route and status", answers.clone());
        registry.register_with_unit(
            "request_duration",
            "Time until the answer began, by route and class of the status",
            Unit::Seconds,
            durations.clone(),
        );
        registry.register("requests_in_flight", "Requests that are being answered, by route", in_flight.clone());
        let routes = routes.chain([(OTHER, OTHER)]).map(|(method, route)| {
            let labels = RouteLabels { method, route };
            let in_flight = in_flight.get_or_create_owned(&labels);
            RouteMetrics {
                labels,
                in_flight,
                answers: [const { OnceLock::new() }; _],
                durations: [const { OnceLock::new() }; _],
            }
        });
        let metrics = Self { registry, routes: routes.collect(), answers, durations };
        for route in 0..metrics.routes.len() {
            for status in ALERTED {
                metrics.answers_of(route, status);
            }
        }
        metrics
    }

    /// The counter of a route's answers with a status.
    fn answers_of(&self, route: usize, status: u16) -> &Counter {
        let RouteMetrics { labels: RouteLabels { method, route }, answers, .. } = &self.routes[route];
        let at = STATUSES.iter().position(|(known, _)| *known == status).unwrap_or(STATUSES.len());
        answers[at].get_or_init(|| {
            let status = STATUSES.get(at).map_or(OTHER, |(_, name)| name);
            self.answers.get_or_create_owned(&AnswerLabels { method, route, status })
        })
    }

    /// Counts a request that begins.
    pub fn begin(&self, route: usize) {
        self.routes[route].in_flight.inc();
    }

    /// Counts a request as no longer in flight, whether it was answered or its client has gone.
    pub fn end(&self, route: usize) {
        self.routes[route].in_flight.dec();
    }

    /// Counts an answer.
    pub fn answer(&self, route: usize, status: u16, took: Duration) {
        self.answers_of(route, status).inc();
        let RouteMetrics { labels: RouteLabels { method, route }, durations, .. } = &self.routes[route];
        let at = usize::from(status / 100) % CLASSES.len();
        let duration = durations[at]
            .get_or_init(|| self.durations.get_or_create_owned(&ClassLabels { method, route, class: CLASSES[at] }));
        duration.observe(took);
    }

    /// Appends the metrics to a text in the OpenMetrics format.
    pub fn write(&self, text: &mut String) {
        // Writing to a String does not fail.
        let _ = encode_registry(text, &self.registry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(metrics: &RequestMetrics) -> String {
        let mut text = String::new();
        metrics.write(&mut text);
        text
    }

    #[test]
    fn answers_are_counted_by_route_and_status_and_take_time_by_class() {
        let metrics = RequestMetrics::new([("GET", "/a"), ("PUT", "/a/{id}")].into_iter());
        for (route, status) in [(0, 200), (0, 200), (1, 409), (2, 404), (2, 299)] {
            metrics.begin(route);
            metrics.answer(route, status, Duration::from_micros(200));
            metrics.end(route);
        }
        let text = text(&metrics);
        for line in [
            "latchkey_requests_total{method=\"GET\",route=\"/a\",status=\"200\"} 2",
            "latchkey_requests_total{method=\"PUT\",route=\"/a/{id}\",status=\"409\"} 1",
            "latchkey_requests_total{method=\"other\",route=\"other\",status=\"404\"} 1",
            "latchkey_requests_total{method=\"other\",route=\"other\",status=\"other\"} 1",
            "latchkey_request_duration_seconds_count{method=\"GET\",route=\"/a\",class=\"2xx\"} 2",
            "latchkey_request_duration_seconds_bucket{le=\"0.0001\",method=\"GET\",route=\"/a\",class=\"2xx\"} 0",
            "latchkey_request_duration_seconds_bucket{le=\"0.0003\",method=\"GET\",route=\"/a\",class=\"2xx\"} 2",
            "latchkey_request_duration_seconds_count{method=\"PUT\",route=\"/a/{id}\",class=\"4xx\"} 1",
            "latchkey_requests_in_flight{method=\"GET\",route=\"/a\"} 0",
        ] {
            assert!(text.lines().any(|seen| seen == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn every_status_has_a_series_of_its_own_or_the_common_one_and_no_status_panics() {
        let metrics = RequestMetrics::new(std::iter::empty());
        for status in 0..=u16::from(u8::MAX) * 4 {
            metrics.answer(0, status, Duration::ZERO);
        }
        assert_eq!(text(&metrics).matches("latchkey_requests_total{").count(), STATUSES.len() + 1);
        assert!(STATUSES.iter().all(|(status, name)| status.to_string() == *name));
    }

    #[test]
    fn a_request_is_in_flight_until_it_ends() {
        let metrics = RequestMetrics::new(std::iter::empty());
        metrics.begin(0);
        assert!(text(&metrics).contains("latchkey_requests_in_flight{method=\"other\",route=\"other\"} 1"));
        metrics.end(0);
        assert!(text(&metrics).contains("latchkey_requests_in_flight{method=\"other\",route=\"other\"} 0"));
    }
}
