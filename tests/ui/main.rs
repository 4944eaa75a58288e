//! What the compiler says. A folder is a kind of mistake, and the `.stderr` beside a file is what its
//! author reads. After a change of the messages: `TRYBUILD=overwrite cargo test -p upsert-ui`.

#[test]
fn mistakes_are_explained() {
    let cases = trybuild::TestCases::new();
    for kind in [
        "section",
        "assignment",
        "table",
        "column",
        "type",
        "target",
        "values",
        "backend",
    ] {
        cases.compile_fail(format!("{kind}/*.rs"));
    }
}
