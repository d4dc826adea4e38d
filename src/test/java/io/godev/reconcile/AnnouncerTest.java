package io.godev.reconcile;

import static io.godev.reconcile.Answers.CLOCK;
import static io.godev.reconcile.Answers.failure;
import static io.godev.reconcile.Answers.last;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.assess.Announcement;
import io.godev.plan.Environments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnableKubernetesMockClient
class AnnouncerTest {
  private static final String EVENTS = "/api/v1/namespaces/team/events";
  private static final Announcement NEWS = new Announcement(true, "BuildFailed", "undefined: x");

  private final GoDevEnvironment environment = Environments.environment("");

  KubernetesMockServer server;
  KubernetesClient client;

  @Test
  void newsIsAnEventOfItsEnvironment() {
    // When
    var event = announced(NEWS);

    // Then
    assertThat(event.getType()).isEqualTo("Warning");
    assertThat(event.getReason()).isEqualTo("BuildFailed");
    assertThat(event.getMessage()).isEqualTo("undefined: x");
    assertThat(event.getMetadata().getNamespace()).isEqualTo("team");
    assertThat(event.getInvolvedObject())
        .satisfies(
            object -> {
              assertThat(object.getApiVersion()).isEqualTo("godev.io/v1alpha1");
              assertThat(object.getKind()).isEqualTo("GoDevEnvironment");
              assertThat(object.getName()).isEqualTo("shop");
              assertThat(object.getUid()).isEqualTo("the-uid");
            });
  }

  @Test
  void aFailureThatIsOverWarnsOfNothing() {
    // When
    var event = announced(new Announcement(false, "Recovered", "It is gone."));

    // Then
    assertThat(event.getType()).isEqualTo("Normal");
  }

  @Test
  void theSameNewsOfTheSamePassHasTheSameName() {
    // When
    var first = announced(NEWS);
    var again = announced(NEWS);

    // Then
    assertThat(again.getMetadata().getName()).isEqualTo(first.getMetadata().getName());
  }

  @Test
  void otherNewsHasAnotherName() {
    // When
    var first = announced(NEWS);
    var other = announced(new Announcement(true, "BuildFailed", "undefined: y"));

    // Then
    assertThat(other.getMetadata().getName()).isNotEqualTo(first.getMetadata().getName());
  }

  @Test
  void aLongMessageIsCutToWhatAnEventHolds() {
    // When
    var event = announced(new Announcement(true, "Crashed", "x".repeat(5000)));

    // Then
    assertThat(event.getMessage()).hasSize(1024).endsWith("x…");
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404, 409, 422})
  void anEventThatCannotBeWrittenChangesNothingElse(int code) {
    // Given
    server.expect().post().withPath(EVENTS).andReturn(code, failure(code, "no")).once();

    // Then
    assertThatCode(() -> new Announcer(client, CLOCK).announce(environment, NEWS))
        .doesNotThrowAnyException();
  }

  private Event announced(Announcement news) {
    server.expect().post().withPath(EVENTS).andReturn(201, new EventBuilder().build()).once();
    new Announcer(client, CLOCK).announce(environment, news);
    return Serialization.unmarshal(last(server).getUtf8Body(), Event.class);
  }
}
