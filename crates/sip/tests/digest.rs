//! Digest authentication, against the RFCs' examples and against itself.

#![allow(clippy::unwrap_used, reason = "a test")]

use patchcord_sip::digest::{Algorithm, Challenge, Credentials, Hash, Offer, Proof, Response, ha1, next_nonce, strongest};

fn challenge(value: &str) -> Challenge {
    match Offer::parse(value) {
        Ok(Offer::Digest(challenge)) => challenge,
        other => panic!("{value}: {other:?}"),
    }
}

/// The `response` of our answer.
fn response(value: &str, user: &str, password: &str, method: &str, uri: &str, count: u32, cnonce: &str) -> String {
    let answer = challenge(value).answer(Credentials { user, proof: Proof::Password(password) }, method, uri, count, cnonce);
    let (_, rest) = answer.split_once("response=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[test]
fn rfc_2617_3_5() {
    let value = "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", \
                 opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";
    let found = response(value, "Mufasa", "Circle Of Life", "GET", "/dir/index.html", 1, "0a4f113b");
    assert_eq!(found, "6629fae49393a05397450978507c4ef1");
}

/// RFC 2069 2.4, with the response of its erratum.
#[test]
fn rfc_2069_without_qop() {
    let value = "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";
    let found = response(value, "Mufasa", "CircleOfLife", "GET", "/dir/index.html", 1, "unused");
    assert_eq!(found, "1949323746fe6a43ef61f9606e7febea");
    let answer = challenge(value).answer(Credentials { user: "Mufasa", proof: Proof::Password("CircleOfLife") }, "GET", "/", 1, "unused");
    assert!(!answer.contains("cnonce") && !answer.contains("nc=") && !answer.contains("qop"), "{answer}");
}

#[test]
fn rfc_7616_3_9_1() {
    for (algorithm, expected) in
        [("MD5", "8ca523f5e9506fed4657c9700eebdbec"), ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    {
        let value = format!(
            "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm={algorithm}, \
             nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
        );
        let cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
        assert_eq!(response(&value, "Mufasa", "Circle of Life", "GET", "/dir/index.html", 1, cnonce), expected);
    }
}

/// RFC 7616 3.9.2, with the response of erratum 4897 (the RFC's own was computed with a truncated SHA-512).
#[test]
fn rfc_7616_3_9_2() {
    let value = "Digest realm=\"api@example.org\", qop=\"auth\", algorithm=SHA-512-256, \
                 nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\"";
    let found = response(value, "Jäsøn Doe", "Secret, or not?", "GET", "/doe.json", 1, "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v");
    assert_eq!(found, "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5");
}

/// Computed by another implementation of the same hashes.
#[test]
fn sessions() {
    for (algorithm, with_qop, without) in [
        ("MD5-sess", "86d2e411ff119e772a92c06440d48200", "f2d2ac4f981691d20a63783a9d3df01f"),
        (
            "SHA-256-sess",
            "32a1674c681b21e2e563ba31411aed07635a6e98a33de4676e384d865b043b8f",
            "be0a02fd0ed8a3b223a6f89b5a0ae2c2f4ea0e57e6b606dbde7bed9a0a47f880",
        ),
        (
            "SHA-512-256-sess",
            "6e49b297587afb07cba6af65fe359a7696447564ee5ed68fefbfccc1ac79253f",
            "29c13ef6b92bc9f17b4cdb3c60b7cfcb04cba40e753e5ad9366872a148e2b2b9",
        ),
    ] {
        for (qop, expected) in [(", qop=\"auth\"", with_qop), ("", without)] {
            let value = format!("Digest realm=\"pbx.test\", nonce=\"abc\", algorithm={algorithm}{qop}");
            assert_eq!(response(&value, "alice", "pässword", "REGISTER", "sip:pbx.test", 10, "xyz"), expected, "{value}");
        }
    }
}

#[test]
fn ha1_stands_for_the_password() {
    let challenge = challenge("Digest realm=\"pbx.test\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256");
    let hex = ha1(Hash::Sha256, "alice", "pbx.test", "secret");
    let by = |proof| challenge.answer(Credentials { user: "alice", proof }, "REGISTER", "sip:pbx.test", 1, "c");
    assert_eq!(by(Proof::Password("secret")), by(Proof::Ha1(&hex)));
    assert_eq!(by(Proof::Password("secret")), by(Proof::Ha1(&hex.to_uppercase())));
}

#[test]
fn the_strongest_of_each_realm_is_chosen() {
    let offers: Vec<Offer> = [
        "Digest realm=\"a\", nonce=\"1\", algorithm=MD5, qop=\"auth\"",
        "Digest realm=\"a\", nonce=\"2\", algorithm=SHA-512-256, qop=\"auth\"",
        "Digest realm=\"b\", nonce=\"3\", algorithm=SHA-256, qop=\"auth\"",
        "Digest realm=\"a\", nonce=\"4\", algorithm=SHA-256, qop=\"auth\"",
        "Digest realm=\"b\", nonce=\"5\"",
        "Digest realm=\"b\", nonce=\"6\", algorithm=SHA-3000",
        "Digest realm=\"b\", nonce=\"7\", algorithm=SHA-512-256, qop=\"auth-int\"",
        "Negotiate abcdef==",
    ]
    .iter()
    .map(|value| Offer::parse(value).unwrap())
    .collect();
    let (short, long) = ("0".repeat(32), "0".repeat(64));
    let nonces = |proof| strongest(&offers, proof).iter().map(|challenge| challenge.nonce.clone()).collect::<Vec<_>>();
    assert_eq!(nonces(Proof::Password("")), ["2", "3"]);
    // An HA1 can answer its own algorithm alone.
    assert_eq!(nonces(Proof::Ha1(&long)), ["3", "4"]);
    assert_eq!(nonces(Proof::Ha1(&short)), ["1", "5"]);
    assert_eq!(offers[5], Offer::Other("SHA-3000".to_owned()));
    assert_eq!(offers[6], Offer::Other("auth-int".to_owned()));
    assert_eq!(offers[7], Offer::Other("Negotiate".to_owned()));
}

#[test]
fn challenges_are_read_as_servers_write_them() {
    // FreeSWITCH, Asterisk, Kamailio; odd spacing and case; unquoted values; commas and escapes in quotes.
    let one = challenge("Digest realm=\"192.0.2.1\", nonce=\"b7c3e0a2-1d1f\", algorithm=MD5, qop=\"auth\"");
    assert_eq!((one.realm.as_str(), one.algorithm, one.qop_auth, one.stale), ("192.0.2.1", Algorithm::MD5, true, false));
    let two = challenge("Digest realm=\"asterisk\",nonce=\"1700/ab,cd\",opaque=\"5d=\",stale=true,algorithm=MD5,qop=\"auth\"");
    assert_eq!((two.nonce.as_str(), two.opaque.as_deref(), two.stale), ("1700/ab,cd", Some("5d="), true));
    let three = challenge("digest  REALM = \"a \\\"quoted\\\" realm\" ,Nonce=token , algorithm=\"sha-256\",  qop=AUTH, stale=FALSE");
    assert_eq!((three.realm.as_str(), three.nonce.as_str(), three.algorithm), ("a \"quoted\" realm", "token", Algorithm::SHA_256));
    assert!(three.qop_auth && !three.stale);
    let bearer = Offer::parse("Bearer realm=\"r\", authz_server=\"https://a.example\", scope=\"sip\"").unwrap();
    let expected = Offer::Bearer { realm: "r".to_owned(), authz_server: "https://a.example".to_owned(), scope: "sip".to_owned() };
    assert_eq!(bearer, expected);
}

#[test]
fn broken_challenges_are_refused() {
    for value in [
        "",
        "realm=\"a\"",
        "Digest",
        "Digest nonce=\"a\"",
        "Digest realm=\"a\"",
        "Digest realm=\"a\", nonce=\"b\", realm=\"c\"",
        "Digest realm=\"a\", nonce",
        "Digest realm=\"a\", nonce=\"b",
        "Digest realm=\"a\", =b, nonce=\"b\"",
    ] {
        assert!(Offer::parse(value).is_err(), "{value}");
    }
    let flood: String = (0..5000).map(|n| format!(", x{n}=1")).collect();
    assert!(Offer::parse(&format!("Digest realm=\"a\", nonce=\"b\"{flood}")).is_err());
}

#[test]
fn a_server_verifies_what_a_client_answers() {
    for algorithm in [Algorithm::MD5, Algorithm::SHA_256, Algorithm::SHA_512_256] {
        for session in [false, true] {
            for qop_auth in [false, true] {
                let algorithm = Algorithm { session, ..algorithm };
                let made = Challenge {
                    realm: "realm \"with\" quotes\\".to_owned(),
                    nonce: "n,o=n;ce".to_owned(),
                    opaque: Some("o".to_owned()),
                    algorithm,
                    qop_auth,
                    stale: false,
                };
                let read = challenge(&made.to_value());
                assert_eq!(read, made);
                let user = "al\"ice";
                let value = read.answer(Credentials { user, proof: Proof::Password("pässword") }, "REGISTER", "sip:pbx.test", 10, "c\\n");
                let answer = Response::parse(&value).unwrap().unwrap();
                assert_eq!((answer.user.as_str(), &answer.realm, &answer.nonce), (user, &made.realm, &made.nonce), "{value}");
                assert_eq!((answer.uri.as_str(), answer.opaque.as_deref()), ("sip:pbx.test", Some("o")));
                assert_eq!(answer.count, qop_auth.then_some(10));
                assert!(answer.verify(Proof::Password("pässword"), "REGISTER"), "{value}");
                assert!(answer.verify(Proof::Ha1(&ha1(algorithm.hash, user, &made.realm, "pässword")), "REGISTER"));
                assert!(!answer.verify(Proof::Password("password"), "REGISTER"));
                assert!(!answer.verify(Proof::Password("pässword"), "INVITE"));
            }
        }
    }
}

#[test]
fn broken_credentials_are_refused() {
    let good = "Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"sip:x\", response=\"0\", algorithm=MD5, cnonce=\"c\", qop=auth, nc=00000001";
    assert!(Response::parse(good).unwrap().is_some());
    assert!(!Response::parse(good).unwrap().unwrap().verify(Proof::Password(""), "REGISTER"));
    assert_eq!(Response::parse("Basic YTpi").unwrap(), None);
    for (from, to) in [
        ("username=\"a\", ", ""),
        ("realm=\"r\", ", ""),
        ("nonce=\"n\", ", ""),
        ("uri=\"sip:x\", ", ""),
        ("response=\"0\", ", ""),
        ("cnonce=\"c\", ", ""),
        (", nc=00000001", ""),
        ("nc=00000001", "nc=1"),
        ("nc=00000001", "nc=0000000g"),
        ("qop=auth", "qop=auth-int"),
        ("algorithm=MD5", "algorithm=ROT13"),
        ("realm=\"r\"", "realm=\"r\", realm=\"s\""),
    ] {
        let broken = good.replace(from, to);
        assert_ne!(broken, good);
        assert!(Response::parse(&broken).is_err(), "{broken}");
    }
}

#[test]
fn the_next_nonce_is_read() {
    assert_eq!(next_nonce("nextnonce=\"47364c23432d2e13\"").as_deref(), Some("47364c23432d2e13"));
    assert_eq!(next_nonce(" qop=auth, rspauth=\"6629fae\", cnonce=\"a\", NextNonce = \"a,b\", nc=00000001").as_deref(), Some("a,b"));
    assert_eq!(next_nonce("qop=auth, rspauth=\"6629fae\""), None);
    assert_eq!(next_nonce("nextnonce=\"\""), None);
    assert_eq!(next_nonce(""), None);
}
