package io.godev.cli.sync;

import static io.godev.cli.Ran.godevIn;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.godev.cli.environment.Shop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EnableKubernetesMockClient(https = false, crud = true)
class SyncCommandTest {
  private static final Path HERE = Path.of("godev.yaml");

  KubernetesClient client;
  @TempDir Path folder;

  @AfterEach
  void asBefore() throws IOException {
    Files.deleteIfExists(HERE);
  }

  @Test
  void theFolderSaysWhichEnvironmentItIsFor() throws IOException {
    // Given
    module(folder);
    name(folder.resolve(HERE), "shop");

    // When
    var ran = godevIn(client, "sync", "--folder", folder.toString());

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("there is no environment shop");
  }

  @Test
  void anotherFolderDoesNotComeOverTheEnvironmentOfThisOne() throws IOException {
    // Given
    module(folder);
    name(HERE, "api");

    // When
    var unnamed = godevIn(client, "sync", "--folder", folder.toString());
    name(folder.resolve(HERE), "shop");
    var other = godevIn(client, "sync", "--folder", folder.toString());
    var named = godevIn(client, "sync", "shop", "--folder", folder.toString());

    // Then
    assertThat(unnamed.err()).contains("which environment?", "api", "has none");
    assertThat(other.err()).contains("which environment?", "api", "shop");
    assertThat(named.err()).contains("there is no environment shop");
  }

  @Test
  void withoutAFileTheFoldersNameIsTheEnvironments() throws IOException {
    // Given
    var shop = Files.createDirectory(folder.resolve("shop"));
    module(shop);

    // When
    var ran = godevIn(client, "sync", "--folder", shop.toString());

    // Then
    assertThat(ran.err()).contains("there is no environment shop");
  }

  @Test
  void aSuspendedEnvironmentTakesNoPush() throws IOException {
    // Given
    module(folder);
    client.resource(Shop.environment("mode: Suspended\nsource: {sync: {}}", "")).create();

    // When
    var ran = godevIn(client, "sync", "shop", "--folder", folder.toString());

    // Then
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("shop is suspended", "\"godev resume shop\" starts it.");
  }

  private static void module(Path folder) throws IOException {
    Files.writeString(folder.resolve("go.mod"), "module example.com/shop\n");
  }

  private static void name(Path file, String name) throws IOException {
    Files.writeString(file, "metadata: {name: %s}\n".formatted(name));
  }
}
