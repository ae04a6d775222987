use testkit::on_both;

#[test]
fn id_03_an_unknown_address_is_not_found_as_a_page_and_as_a_problem() {
    on_both(async |world| {
        world.anonymous().get("/nowhere").await.is(404).says("Not found");
        let answer = world.anonymous().get("/api/v1/nowhere").await.is(404);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.json()["status"], 404);
    });
}
