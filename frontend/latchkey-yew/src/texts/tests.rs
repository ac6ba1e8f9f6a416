use super::*;

#[test]
fn a_placeholder_is_filled_where_the_text_has_it() {
    assert_eq!(fill("in {time}.", "1:05"), "in 1:05.");
    assert_eq!(fill("in {time}", "1:05"), "in 1:05");
    assert_eq!(fill("1 minute", "1"), "1 minute");
    assert_eq!(around("in {time}"), ("in ", ""));
    assert_eq!(around("soon"), ("soon", ""));
}

#[test]
fn every_reason_has_its_own_text_which_an_app_can_replace() {
    for reason in EndReason::ALL {
        assert_eq!(Texts::default().end(&reason.into()), Message::new(reason.title(), reason.detail()));
    }
    let texts = Texts { session_idle: Message::new("Abgemeldet", "Nichts geschah."), ..Texts::default() };
    assert_eq!(texts.end(&EndReason::SessionIdle.into()).title, "Abgemeldet");
}

#[test]
fn an_unknown_reason_has_the_servers_text() {
    let cause = EndCause::Other { title: "Plan ended".into(), detail: "Renew it.".into() };
    assert_eq!(Texts::default().end(&cause), Message::new("Plan ended", "Renew it."));
}

#[test]
fn a_refusal_has_the_servers_text_unless_the_app_has_its_own() {
    let wrong = Failure::Refused(Refusal { code: ErrorCode::BadCredentials, detail: "No.".into() });
    assert_eq!(Texts::default().failure(&wrong), "No.");
    let texts = Texts { bad_credentials: Some("Falsch.".into()), ..Texts::default() };
    assert_eq!(texts.failure(&wrong), "Falsch.");
    let disabled = Failure::Refused(Refusal { code: ErrorCode::AccountDisabled, detail: "No.".into() });
    assert_eq!(texts.failure(&disabled), EndReason::AccountDisabled.detail());
    let other = Failure::Refused(Refusal { code: ErrorCode::CrossSite, detail: "No.".into() });
    assert_eq!(texts.failure(&other), "No.");
}
