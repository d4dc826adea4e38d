package io.godev.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class UserRightsTest {
  private final Sight sight = new Sight();

  @Test
  void allThatGodevDoesIsAllowed() {
    assertThat(sight.of(new UserRights()))
        .isEqualTo(
            Finding.ok("UserRights", "you may do all that godev does in the namespace team"));
  }

  @Test
  void whatIsMissingIsNamedWithWhatNeedsIt() {
    // When
    var finding =
        without(
            right ->
                right.subresource().equals("exec")
                    || right.resource().equals("godevenvironments")
                        && right.verb().equals("create"));

    // Then
    assertThat(finding.verdict()).isEqualTo(Verdict.FAIL);
    assertThat(finding.seen())
        .isEqualTo(
            "in the namespace team you may not create godevenvironments (for up); get, create pods/exec (for up, sync,"
                + " exec)");
    assertThat(finding.remedy()).contains("--clusterrole=edit", "-n team");
  }

  @Test
  void whatOnlyMakesACommandTellLessFailsNothing() {
    assertThat(without(right -> right.resource().equals("events")).verdict())
        .isEqualTo(Verdict.WARN);
    assertThat(
            without(right -> right.resource().equals("events") || right.subresource().equals("log"))
                .verdict())
        .isEqualTo(Verdict.FAIL);
  }

  @Test
  void whatIsAskedForIsThere() {
    assertThat(Right.ALL)
        .extracting(right -> right.verb() + " " + right.path())
        .contains(
            "create godevenvironments",
            "patch godevenvironments",
            "list pods",
            "watch pods",
            "get pods/log",
            "create pods/exec",
            "create pods/portforward")
        .doesNotHaveDuplicates();
  }

  @Test
  void whatUpNeedsNamesIt() {
    assertThat(Right.ALL)
        .filteredOn(right -> right.purpose().contains("up"))
        .extracting(right -> right.verb() + " " + right.path())
        .contains(
            "list pods",
            "get pods/log",
            "get pods/exec",
            "create pods/exec",
            "get pods/portforward")
        .contains("create godevenvironments", "watch godevenvironments");
  }

  private Finding without(Predicate<Right> missing) {
    List<Right> denied = Right.ALL.stream().filter(missing).toList();
    assertThat(denied).isNotEmpty();
    sight.denied = new Answer.Known<>(denied);
    return sight.of(new UserRights());
  }
}
