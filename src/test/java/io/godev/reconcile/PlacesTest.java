package io.godev.reconcile;

import static io.godev.plan.Environments.DEFAULTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.api.v1alpha1.Reason;
import io.godev.cluster.Platform;
import io.godev.resolve.Resolution.Resolved;
import io.godev.resolve.ResolvedEnvironment;
import io.godev.resolve.Resolver;
import io.godev.resolve.Violation;
import io.godev.resolve.profile.Choice;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Who counts towards the numbers that a profile limits, and who has to wait. */
class PlacesTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final String TWO_IN_A_NAMESPACE = "environmentsPerNamespace: 2";
  private static final String TWO_AT_ONCE = "running: 2";

  private final List<GoDevEnvironment> all = new ArrayList<>();
  private Places places = new Places();

  @Test
  void theOneTooManyIsToldWhyAndWhatToDo() {
    // Given
    assertThat(take("a", "standard", TWO_IN_A_NAMESPACE)).isEmpty();
    assertThat(take("b", "standard", TWO_IN_A_NAMESPACE)).isEmpty();

    // Then
    assertThat(take("c", "standard", TWO_IN_A_NAMESPACE))
        .contains(
            new Violation(
                Reason.TooManyEnvironments,
                "spec.profile",
                "the profile standard allows 2 environments in a namespace, and there are 2 others;"
                    + " delete one of them"));
    // what does not count is another namespace's, or another profile's
    assertThat(take("elsewhere/c", "standard", TWO_IN_A_NAMESPACE)).isEmpty();
    assertThat(take("d", "large", TWO_IN_A_NAMESPACE)).isEmpty();
  }

  @Test
  void thoseThatRunAreCountedInAllNamespaces() {
    // Given
    assertThat(take("a", "standard", TWO_AT_ONCE)).isEmpty();
    assertThat(take("elsewhere/b", "standard", TWO_AT_ONCE)).isEmpty();

    // Then
    assertThat(take("c", "standard", TWO_AT_ONCE))
        .contains(
            new Violation(
                Reason.TooManyRunning,
                "spec.profile",
                "the profile standard lets 2 environments run at once, and 2 do; it starts when one of"
                    + " them is suspended or deleted"));
    assertThat(take("d", "standard", TWO_AT_ONCE + "~Suspended")).isEmpty();
  }

  @Test
  void zeroLetsNobodyIn() {
    assertThat(reason(take("a", "standard", "environmentsPerNamespace: 0")))
        .contains(Reason.TooManyEnvironments);
    assertThat(reason(take("a", "standard", "running: 0"))).contains(Reason.TooManyRunning);
    assertThat(take("a", "standard", "running: 0~Suspended")).isEmpty();
  }

  @Test
  void whoHasAPlaceKeepsItWhenTheProfileBecomesStricter() {
    // Given
    take("a", "standard", TWO_IN_A_NAMESPACE + ", " + TWO_AT_ONCE);
    take("b", "standard", TWO_IN_A_NAMESPACE + ", " + TWO_AT_ONCE);

    // When
    var stricter = "environmentsPerNamespace: 1, running: 1";

    // Then
    assertThat(take("b", "standard", stricter)).isEmpty();
    assertThat(take("a", "standard", stricter)).isEmpty();
    assertThat(take("c", "standard", stricter)).isPresent();
  }

  @RepeatedTest(3)
  void passesAtTheSameTimeDoNotTakeTheSamePlace() throws Exception {
    // Given
    var wishes =
        IntStream.range(0, 16).mapToObj(i -> resolved("e" + i, "standard", TWO_AT_ONCE)).toList();
    var go = new CountDownLatch(1);
    var pool = Executors.newFixedThreadPool(wishes.size());

    // When
    var answers =
        wishes.stream()
            .map(
                wish ->
                    pool.submit(
                        (Callable<Optional<Violation>>)
                            () -> {
                              go.await();
                              return places.take(wish, () -> slow(all));
                            }))
            .toList();
    go.countDown();

    // Then
    var granted = 0;
    for (var answer : answers) {
      granted += answer.get().isEmpty() ? 1 : 0;
    }
    pool.shutdown();
    assertThat(granted).isEqualTo(2);
  }

  @Test
  void anotherProfileHasToHaveAPlaceAndTheOldOneIsKeptUntilThen() {
    // Given
    take("a", "small", "environmentsPerNamespace: 1");
    take("b", "large", "environmentsPerNamespace: 1");

    // When: the new profile is full, and what was accepted last stays in force
    assertThat(reason(take("a", "large", "environmentsPerNamespace: 1")))
        .contains(Reason.TooManyEnvironments);
    assertThat(take("a", "small", "environmentsPerNamespace: 1")).isEmpty();

    // Then: nobody gets the place that it has still
    assertThat(take("c", "small", "environmentsPerNamespace: 1")).isPresent();

    // When: there is room
    assertThat(take("a", "large", TWO_IN_A_NAMESPACE)).isEmpty();

    // Then
    assertThat(take("c", "small", "environmentsPerNamespace: 1")).isEmpty();
  }

  @Test
  void aDeletedEnvironmentFreesItsPlaceAndOneMadeAnewHasToAsk() {
    // Given
    take("a", "standard", "environmentsPerNamespace: 1");
    assertThat(take("b", "standard", "environmentsPerNamespace: 1")).isPresent();

    // When
    all.removeIf(one -> one.getMetadata().getName().equals("a"));

    // Then
    assertThat(take("b", "standard", "environmentsPerNamespace: 1")).isEmpty();
    assertThat(take("a", "standard", "environmentsPerNamespace: 1")).isPresent();
  }

  @Test
  void aSuspendedOneFreesItsTurnAndKeepsItsPlaceInTheNamespace() {
    // Given
    var limits = "environmentsPerNamespace: 2, running: 1";
    take("a", "standard", limits);
    assertThat(reason(take("b", "standard", limits))).contains(Reason.TooManyRunning);

    // When
    assertThat(take("a", "standard", limits + "~Suspended")).isEmpty();

    // Then
    assertThat(take("b", "standard", limits)).isEmpty();
    assertThat(reason(take("a", "standard", limits))).contains(Reason.TooManyRunning);
    assertThat(take("a", "standard", limits + "~Suspended")).isEmpty();
    assertThat(reason(take("c", "standard", limits))).contains(Reason.TooManyEnvironments);
  }

  @Test
  void afterARestartOfTheOperatorTheStatusesTellWhoHasAPlace() {
    // Given
    var limits = "environmentsPerNamespace: 2, running: 1";
    told("new", null, null);
    told("running", "standard", "Started");
    told("suspended", "standard", "IdleSuspended");
    told("other-profile", "large", "Started");

    // When
    places = new Places();

    // Then: whoever comes first to a pass
    assertThat(reason(take("new", "standard", limits + "~Suspended")))
        .contains(Reason.TooManyEnvironments);
    assertThat(reason(take("suspended", "standard", limits))).contains(Reason.TooManyRunning);
    assertThat(take("suspended", "standard", limits + "~Suspended")).isEmpty();
    assertThat(take("running", "standard", limits)).isEmpty();
  }

  @Test
  void afterARestartMoreThanTheLimitKeepTheirPlaces() {
    // Given
    told("a", "standard", "Started");
    told("b", "standard", "Started");
    told("c", "standard", "Started");

    // Then
    for (var name : List.of("c", "a", "b")) {
      assertThat(take(name, "standard", "environmentsPerNamespace: 1, running: 1")).isEmpty();
    }
  }

  @Test
  void oneThatWasNeverAcceptedHasNoPlace() {
    // Given
    var rejected = told("rejected", "standard", "Started");
    rejected.setStatus(
        YAML.unmarshal("status: {profile: standard}", GoDevEnvironment.class).getStatus());

    // Then
    assertThat(take("a", "standard", "environmentsPerNamespace: 1")).isEmpty();
    assertThat(take("rejected", "standard", "environmentsPerNamespace: 1")).isPresent();
  }

  // looked at for so long that passes meet
  private static List<GoDevEnvironment> slow(List<GoDevEnvironment> all) {
    return new AbstractList<>() {
      @Override
      public GoDevEnvironment get(int index) {
        LockSupport.parkNanos(50_000);
        return all.get(index);
      }

      @Override
      public int size() {
        return all.size();
      }
    };
  }

  private static Optional<Reason> reason(Optional<Violation> violation) {
    return violation.map(Violation::reason);
  }

  private Optional<Violation> take(String id, String profile, String limits) {
    return places.take(resolved(id, profile, limits), () -> all);
  }

  // the environment is there from its first pass on; after ~ is its mode
  private ResolvedEnvironment resolved(String id, String profile, String limits) {
    var environment =
        all.stream().filter(one -> one.getMetadata().getUid().equals(id)).findFirst().orElse(null);
    if (environment == null) {
      environment = environment(id);
      all.add(environment);
    }
    var wanted = environment(id);
    var parts = limits.split("~");
    wanted.setSpec(environment(id, parts.length > 1 ? parts[1] : "Running").getSpec());
    var chosen =
        YAML.unmarshal(
            "metadata: {name: %s}\nspec: {limits: {%s}}".formatted(profile, parts[0]),
            GoDevProfile.class);
    return ((Resolved)
            new Resolver(
                    DEFAULTS,
                    () -> Platform.UNKNOWN,
                    (namespace, written) -> new Choice.Chosen(chosen))
                .resolve(wanted))
        .environment();
  }

  private GoDevEnvironment told(String id, String profile, String running) {
    var environment = environment(id);
    if (profile != null) {
      environment.setStatus(
          YAML.unmarshal(
                  """
                  status:
                    profile: %s
                    acceptedSpec: {hash: h}
                    conditions: [{type: Running, status: "True", reason: %s, message: m, lastTransitionTime: t}]
                  """
                      .formatted(profile, running),
                  GoDevEnvironment.class)
              .getStatus());
    }
    all.add(environment);
    return environment;
  }

  private static GoDevEnvironment environment(String id) {
    return environment(id, "Running");
  }

  private static GoDevEnvironment environment(String id, String mode) {
    var parts = id.split("/");
    return YAML.unmarshal(
        """
        metadata: {name: %s, namespace: %s, uid: %s}
        spec: {mode: %s, source: {module: {path: example.com/shop, version: v1.2.3}}}
        """
            .formatted(parts[parts.length - 1], parts.length > 1 ? parts[0] : "team", id, mode),
        GoDevEnvironment.class);
  }
}
