//! Finds the row of the route table that a request is for, before it is routed, so that it can be counted while it is in flight. actix's
//! own router would have to be asked twice.

use actix_web::{dev::ResourceDef, http::Method};

use super::routes;

/// The rows of the route table by method and path.
#[derive(Debug)]
pub struct RouteIndex {
    /// Each path with the positions of its rows.
    plain: Vec<(&'static str, Row)>,
    with_parameters: Vec<(ResourceDef, Row)>,
    rows: usize,
}

/// A row's position, and its methods.
type Row = (usize, Vec<Method>);

impl RouteIndex {
    /// Indexes the table.
    #[must_use]
    pub fn of_table() -> Self {
        let (mut plain, mut with_parameters, table) = (Vec::new(), Vec::new(), routes::table());
        for (at, endpoint) in table.iter().enumerate() {
            let methods = endpoint.methods().iter().filter_map(|method| method.parse().ok());
            let (path, row) = (endpoint.operation.path, (at, methods.collect()));
            if path.contains('{') {
                with_parameters.push((ResourceDef::new(path), row));
            } else {
                plain.push((path, row));
            }
        }
        Self { plain, with_parameters, rows: table.len() }
    }

    /// The position of the row for a request; the number of rows if there is none.
    #[must_use]
    pub fn find(&self, method: &Method, path: &str) -> usize {
        let allows = |methods: &[Method]| methods.contains(method);
        let plain = self.plain.iter().find(|(plain, (_, methods))| *plain == path && allows(methods));
        let row = plain.map(|(_, row)| row).or_else(|| {
            let matches = |(pattern, (_, methods)): &&(ResourceDef, Row)| pattern.is_match(path) && allows(methods);
            self.with_parameters.iter().find(matches).map(|(_, row)| row)
        });
        row.map_or(self.rows, |(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(method: &str, path: &str) -> Option<(&'static str, &'static str)> {
        let at = RouteIndex::of_table().find(&method.parse().unwrap(), path);
        routes::operations().nth(at).map(|operation| (operation.method, operation.path))
    }

    #[test]
    fn every_row_of_the_table_is_found_by_its_method_and_a_path() {
        for operation in routes::operations() {
            let path = operation.path.replace("{id}", "5f0c");
            assert!(!path.contains('{'), "{path}");
            assert_eq!(found(operation.method, &path), Some((operation.method, operation.path)));
        }
    }

    #[test]
    fn a_head_counts_as_its_get_and_what_is_in_no_row_is_not_found() {
        assert_eq!(found("HEAD", "/api/me"), Some(("GET", "/api/me")));
        for (method, path) in [
            ("PUT", "/api/me"),
            ("HEAD", "/api/session-events"),
            ("GET", "/api/me/"),
            ("GET", "/api/sessions/5f0c"),
            ("DELETE", "/api/sessions/5f0c/more"),
            ("GET", "/"),
            ("GET", "/dashboard"),
            ("BREW", "/api/me"),
        ] {
            assert_eq!(found(method, path), None, "{method} {path}");
        }
    }
}
