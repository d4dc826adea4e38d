package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Accepted;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.SourceReady;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.godev.api.v1alpha1.GoDevEnvironment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Workspaces that outlive their environments in archives, and environments that begin with one. */
class ArchiveIT {
  private static final Duration ARCHIVED = Duration.ofSeconds(120);

  // what developers have in a workspace
  private static final String FILL =
      """
      set -e
      cd /workspace
      mkdir -p nothing/in/here 'grüße ☃' read-only/deep
      head -c 3000000 /dev/urandom > random.bin
      for i in 1 2 3 4 5 6 7 8 9; do
        mkdir -p tree/$i
        head -c $((i * 7919)) /dev/urandom > "tree/$i/file $i"
      done
      printf '#!/bin/sh\\necho works\\n' > tool
      chmod 755 tool
      echo snow > 'grüße ☃/日本語.txt'
      ln -s tree/3 short
      ln -s /usr/local/go away
      ln -s nowhere dangling
      : > empty
      echo fixed > read-only/deep/file
      touch -d '2001-02-03 04:05:06.789' random.bin tree/5
      chmod 400 read-only/deep/file
      chmod 555 read-only/deep read-only
      """;

  // all but godevd's own notes
  private static final String HASH =
      """
      cd /workspace
      find . -mindepth 1 \\( -path ./.godev -o -path ./lost+found \\) -prune -o -printf '%p %y %m %T@ %l\\n' | LC_ALL=C sort
      find . \\( -path ./.godev -o -path ./lost+found \\) -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
      """;

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-archive");

  @Test
  void aWorkspaceComesBackByteForByteAfterItsEnvironmentWasDeleted() {
    // Given
    create(cluster, "shop");
    assertThat(cluster.exec("shop", "sh", "-c", FILL)).isEmpty();
    var before = cluster.exec("shop", "sh", "-c", HASH);
    assertThat(before.lines()).hasSizeGreaterThan(40);

    // When
    cluster.environment("shop").delete();

    // Then
    cluster.awaitThat(
        "the volumes are gone, and an archive is there",
        ARCHIVED,
        () ->
            assertThat(claims(cluster))
                .singleElement()
                .satisfies(
                    archive ->
                        assertThat(archive.getMetadata().getLabels())
                            .containsEntry("godev.io/archive", "Complete")
                            .containsEntry("godev.io/archive-of", "shop")));
    var archive = claims(cluster).get(0).getMetadata();
    assertThat(archive.getAnnotations().get("godev.io/archive-content")).contains("3 links");
    assertThat(eventsOf(cluster, archive.getName())).anyMatch(text -> text.contains("Archived"));

    restore(cluster, "again", archive.getName());
    cluster.await("again", Ready, True);
    assertThat(cluster.exec("again", "sh", "-c", HASH)).isEqualTo(before);
    assertThat(cluster.exec("again", "/workspace/tool")).isEqualTo("works\n");

    // and is the developer's from there on
    cluster.exec("again", "sh", "-c", "echo more >> /workspace/empty; rm /workspace/random.bin");
    var edited = cluster.exec("again", "sh", "-c", HASH);
    cluster.edit("again", "{\"metadata\":{\"annotations\":{\"godev.io/restart\":\"now\"}}}");
    var pod = cluster.pod("again").get().getMetadata().getUid();
    cluster.awaitThat(
        "another pod",
        Cluster.PATIENCE,
        () -> assertThat(cluster.pod("again").get().getMetadata().getUid()).isNotEqualTo(pod));
    cluster.await("again", Ready, True);
    assertThat(cluster.exec("again", "sh", "-c", HASH)).isEqualTo(edited);
    cluster.environment("again").delete();
  }

  @Test
  void anEnvironmentThatIsBackBeforeTheArchiveTakesItsWorkspaceAgain() {
    cluster.inNamespace(
        "e2e-archive-back",
        own -> {
          // Given
          create(own, "shop");
          assertThat(own.exec("shop", "sh", "-c", "echo mine > /workspace/mine")).isEmpty();
          var workspace = claim(own, "shop-workspace").getMetadata().getUid();
          var quota =
              own.client()
                  .resource(
                      new ResourceQuotaBuilder()
                          .withNewMetadata()
                          .withName("no-pods")
                          .endMetadata()
                          .withNewSpec()
                          .addToHard("pods", new Quantity("0"))
                          .endSpec()
                          .build())
                  .inNamespace(own.namespace());
          quota.create();
          own.environment("shop").delete();
          own.awaitThat(
              "the Job waits for the quota",
              Duration.ofSeconds(60),
              () ->
                  assertThat(
                          own.client()
                              .batch()
                              .v1()
                              .jobs()
                              .inNamespace(own.namespace())
                              .list()
                              .getItems())
                      .hasSize(1));

          // When
          own.create(environment("shop"));

          // Then
          own.await("shop", Accepted, True);
          own.awaitThat(
              "nothing is archived any more",
              Duration.ofSeconds(30),
              () -> {
                assertThat(
                        own.client()
                            .batch()
                            .v1()
                            .jobs()
                            .inNamespace(own.namespace())
                            .list()
                            .getItems())
                    .isEmpty();
                assertThat(claims(own))
                    .noneMatch(
                        claim -> claim.getMetadata().getLabels().containsKey("godev.io/archive"));
              });
          quota.delete();
          own.await("shop", Ready, True);
          assertThat(own.exec("shop", "cat", "/workspace/mine")).isEqualTo("mine\n");
          assertThat(claim(own, "shop-workspace").getMetadata().getUid()).isEqualTo(workspace);
        });
  }

  @Test
  void aWorkspaceThatCannotBeArchivedIsKeptAndAnEventSaysWhy() {
    // Given
    create(cluster, "closed");
    assertThat(
            cluster.exec(
                "closed", "sh", "-c", "echo x > /workspace/secret; chmod 000 /workspace/secret"))
        .isEmpty();

    // When
    cluster.environment("closed").delete();

    // Then
    cluster.awaitThat(
        "an Event of the claim",
        ARCHIVED,
        () ->
            assertThat(eventsOf(cluster, "closed-workspace"))
                .anySatisfy(
                    text ->
                        assertThat(text)
                            .contains("ArchiveFailed", "secret: permission denied", "is kept")
                            .contains("kubectl delete pvc -n e2e-archive closed-workspace")));
    assertThat(claim(cluster, "closed-workspace").getMetadata().getDeletionTimestamp()).isNull();
  }

  @Test
  void whatIsNoArchiveIsRefusedWithTheFieldAndTheRemedy() {
    // Given
    cluster
        .client()
        .resource(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName("plain")
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withNewResources()
                .addToRequests("storage", new Quantity("16Mi"))
                .endResources()
                .endSpec()
                .build())
        .inNamespace(cluster.namespace())
        .create();

    // When
    restore(cluster, "from-nothing", "nobodys");
    restore(cluster, "from-plain", "plain");

    // Then
    var missing =
        cluster.await(
            "from-nothing", Ready, condition -> condition.reason().equals("ClaimNotFound"));
    assertThat(missing.message())
        .contains("nobodys is not there", "spec.source.snapshot.archive", "kubectl get pvc -l");
    var plain =
        cluster.await(
            "from-plain", SourceReady, condition -> condition.reason().equals("NotAnArchive"));
    assertThat(plain.message())
        .contains("spec.source.snapshot.archive: the claim holds no archive", "spec.source.claim");
    cluster.environment("from-nothing").delete();
    cluster.environment("from-plain").delete();
  }

  @Test
  void aNamespaceThatIsDeletedWaitsForNoArchive() {
    cluster.inNamespace(
        "e2e-archive-gone",
        own -> {
          // Given
          create(own, "shop");

          // When
          own.client().namespaces().withName(own.namespace()).delete();

          // Then
          own.awaitThat(
              "the namespace is gone",
              Duration.ofSeconds(90),
              () -> assertThat(own.client().namespaces().withName(own.namespace()).get()).isNull());
        });
  }

  private static void create(Cluster where, String name) {
    where.create(environment(name));
    where.await(name, Ready, True);
  }

  private static GoDevEnvironment environment(String name) {
    return read(
        """
        apiVersion: godev.io/v1alpha1
        kind: GoDevEnvironment
        metadata: {name: %s}
        spec:
          source:
            files:
              go.mod: "module example.com/hello\\n\\ngo 1.26\\n"
              main.go: "package main\\n\\nimport `time`\\n\\nfunc main() { time.Sleep(time.Hour) }\\n"
          storage: {workspace: {size: 64Mi}, cache: {size: 512Mi}, onDelete: Archive}
        """
            .formatted(name));
  }

  private static void restore(Cluster where, String name, String archive) {
    where.create(
        read(
            """
            apiVersion: godev.io/v1alpha1
            kind: GoDevEnvironment
            metadata: {name: %s}
            spec:
              source: {snapshot: {archive: %s}}
              storage: {workspace: {size: 64Mi}, cache: {size: 512Mi}, onDelete: Delete}
            """
                .formatted(name, archive)));
  }

  private static GoDevEnvironment read(String text) {
    return cluster.client().getKubernetesSerialization().unmarshal(text, GoDevEnvironment.class);
  }

  private static PersistentVolumeClaim claim(Cluster where, String name) {
    return where
        .client()
        .persistentVolumeClaims()
        .inNamespace(where.namespace())
        .withName(name)
        .require();
  }

  // those of the environment shop, and its archives
  private static List<PersistentVolumeClaim> claims(Cluster where) {
    return where
        .client()
        .persistentVolumeClaims()
        .inNamespace(where.namespace())
        .list()
        .getItems()
        .stream()
        .filter(claim -> claim.getMetadata().getName().startsWith("shop"))
        .toList();
  }

  private static List<String> eventsOf(Cluster where, String claim) {
    return where.client().v1().events().inNamespace(where.namespace()).list().getItems().stream()
        .filter(event -> event.getInvolvedObject().getName().equals(claim))
        .map(event -> event.getReason() + ": " + event.getMessage())
        .toList();
  }
}
