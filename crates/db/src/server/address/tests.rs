use super::*;

fn parse(query: &str) -> Result<Address, String> {
    Address::parse(&format!("postgres://me@db.example/x{query}")).map_err(|error| error.to_string())
}

fn refused(query: &str, words: &str) {
    let told = parse(query).err().unwrap_or_default();
    assert!(told.contains(words), "{query}: {told}");
}

#[test]
fn without_a_word_encryption_is_preferred_and_nothing_is_checked() {
    let tls = parse("").unwrap().tls;
    let wanted = Tls { mode: SslMode::Prefer, authorities: Authorities::Unnamed, identity: None };
    assert_eq!(tls, wanted);
}

#[test]
fn each_mode_is_known_by_its_word() {
    let file = "&sslrootcert=%2Fetc%2Fca.pem";
    for mode in SslMode::ALL {
        let tls = parse(&format!("?sslmode={}{file}", mode.word())).unwrap().tls;
        assert_eq!(tls.mode, mode);
        assert_eq!(tls.authorities, Authorities::File(PathBuf::from("/etc/ca.pem")));
    }
    refused("?sslmode=allow", "sslmode=allow is not one of disable, prefer");
}

#[test]
fn the_systems_authorities_demand_that_the_name_is_compared() {
    assert_eq!(parse("?sslrootcert=system").unwrap().tls.mode, SslMode::VerifyFull);
    let full = parse("?sslmode=verify-full").unwrap().tls;
    assert_eq!(full.authorities, Authorities::System);
    refused("?sslmode=verify-ca&sslrootcert=system", "needs sslmode=verify-full, not verify-ca");
    refused("?sslmode=verify-ca", "needs sslrootcert");
}

#[test]
fn a_certificate_and_its_key_come_together() {
    let tls = parse("?sslcert=/a.crt&sslkey=/a.key").unwrap().tls;
    assert_eq!(tls.identity, Some((PathBuf::from("/a.crt"), PathBuf::from("/a.key"))));
    refused("?sslcert=/a.crt", "needs sslkey");
    refused("?sslkey=/a.key", "needs sslcert");
    refused("?sslkey=/a.key&sslpassword=x", "openssl pkey");
}

#[test]
fn several_hosts_have_one_port_or_one_each() {
    let named = |url: &str| -> Vec<String> {
        let address = Address::parse(url).unwrap();
        address.places.iter().map(ToString::to_string).collect()
    };
    assert_eq!(named("postgres://me@a:1,b:2,c/x"), ["a:1", "b:2", "c:5432"]);
    assert_eq!(named("postgres:///x?host=a,b&port=7"), ["a:7", "b:7"]);
    assert_eq!(named("postgres:///x?host=/run/postgresql"), ["/run/postgresql"]);
    assert_eq!(named("postgres://me@a/x?hostaddr=10.0.0.1"), ["a:5432"]);
    for (url, words) in [
        ("postgres:///x?host=a,b,c&port=1,2", "3 hosts and 2 ports"),
        ("postgres:///x", "has no host"),
        ("postgres://me@a/x?hostaddr=10.0.0.1,10.0.0.2", "different numbers"),
    ] {
        let told = Address::parse(url).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(told.contains(words), "{url}: {told}");
    }
}

#[test]
fn what_providers_put_into_their_addresses_is_taken() {
    assert!(parse("?sslmode=require&channel_binding=require").is_ok());
    assert!(parse("?gssencmode=disable&target_session_attrs=read-write").is_ok());
    assert!(parse("?application_name=x&options=-c%20search_path%3Da").is_ok());
    refused("?target_session_attrs=standby", "does not accept writes");
    refused("?no_such_option=1", "unknown option `no_such_option`");
    refused("?pooler=session", "auto, none, transaction");
    assert_eq!(parse("?pooler=transaction").unwrap().pooler, Some(Pooler::Transaction));
}

#[test]
fn a_socket_is_never_encrypted_and_this_machine_is_known() {
    let of = |url: &str| Address::parse(url).unwrap();
    let socket = of("postgres:///x?host=/run/postgresql&sslmode=require");
    let config = socket.config(&socket.places[0], None).unwrap();
    assert_eq!(config.get_ssl_mode(), Encryption::Disable);
    for (host, local) in [("localhost", true), ("127.0.0.1", true), ("db", false)] {
        assert_eq!(of(&format!("postgres://{host}/x")).places[0].is_local(), local, "{host}");
    }
}

#[test]
fn a_password_of_the_address_goes_before_one_told_apart() {
    let with = Address::parse("postgres://me:one@a/x").unwrap();
    let without = Address::parse("postgres://me@a/x").unwrap();
    let password = |address: &Address, other| {
        address.config(&address.places[0], other).unwrap().get_password().map(<[u8]>::to_vec)
    };
    assert_eq!(password(&with, Some("two")), Some(b"one".to_vec()));
    assert_eq!(password(&without, Some("two")), Some(b"two".to_vec()));
    assert_eq!(password(&without, None), None);
}
