package io.godev.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.plan.Environments;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PassStarterTest {
  @Test
  void theEnvironmentsThatShowAFolderGetAPass() {
    // Given
    var folder = Environments.environment("source: {hostPath: {path: /srv/folders/shop}}");
    var changes = PassStarter.ofPlatform(() -> Stream.of(Environments.environment(""), folder));
    folder.getMetadata().setName("folder");
    List<ResourceID> passes = new ArrayList<>();
    changes.setEventHandler(event -> passes.add(event.getRelatedCustomResourceID()));
    changes.start();

    // When
    changes.tell();

    // Then
    assertThat(passes).containsExactly(new ResourceID("folder", "team"));
  }
}
