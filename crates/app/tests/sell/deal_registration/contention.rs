//! Many at the same moment for one account: one wins (DR-02).

use futures_free::join_all;
use testkit::{Partner, on_each};

use super::register;

/// Waits for many answers at once, each on its own task.
mod futures_free {
    use testkit::Answer;
    use tokio::task::JoinHandle;

    pub(super) async fn join_all(tasks: Vec<JoinHandle<Answer>>) -> Vec<Answer> {
        let mut answers = Vec::with_capacity(tasks.len());
        for task in tasks {
            answers.push(task.await.expect("an answer"));
        }
        answers
    }
}

#[test]
fn dr_02_of_sixteen_at_the_same_moment_exactly_one_wins() {
    on_each(async |world| {
        world.with_document(|document| document.registration.auto_approve = true).await;
        let mut partners: Vec<Partner> = Vec::new();
        for number in 0..16 {
            partners.push(world.partner(&format!("Partner {number}")).await);
        }
        let tasks = partners
            .into_iter()
            .map(|partner| tokio::spawn(async move { register(&partner, "Globex").await }))
            .collect();
        let answers = join_all(tasks).await;
        let won = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(won, 1);
        for answer in answers.into_iter().filter(|answer| answer.status != 201) {
            answer.refused_by("DR-02");
        }
        let live = "SELECT COUNT(*) FROM deal_registrations WHERE holds_account = 1";
        assert_eq!(world.count(live).await, 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM accounts").await, 1);
    });
}
