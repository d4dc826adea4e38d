package io.godev.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The picture of docs/architecture.md, held. */
class LayersTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("io.godev");

  private static final String[] PURE = {
    "io.godev.api..", "io.godev.resolve..", "io.godev.plan..", "io.godev.assess.."
  };

  @Test
  void theThirdColumn() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("api")
        .definedBy("io.godev.api..")
        .layer("resolve")
        .definedBy("io.godev.resolve..")
        .layer("plan")
        .definedBy("io.godev.plan..")
        .layer("assess")
        .definedBy("io.godev.assess..")
        .layer("reconcile")
        .definedBy("io.godev.reconcile..")
        .layer("operator")
        .definedBy("io.godev.operator..")
        .whereLayer("operator")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("reconcile")
        .mayOnlyBeAccessedByLayers("operator")
        .whereLayer("assess")
        .mayOnlyBeAccessedByLayers("reconcile", "operator")
        .whereLayer("plan")
        .mayOnlyBeAccessedByLayers("assess", "reconcile", "operator")
        .whereLayer("resolve")
        .mayOnlyBeAccessedByLayers("plan", "assess", "reconcile", "operator")
        .check(CLASSES);
  }

  @Test
  void theApiIsModelAnnotationsOnly() {
    noClasses()
        .that()
        .resideInAPackage("io.godev.api..")
        .should()
        .dependOnClassesThat(
            not(
                resideInAnyPackage(
                    "java..",
                    "com.fasterxml.jackson..",
                    "io.fabric8.kubernetes.api.model..",
                    "io.fabric8.kubernetes.model.annotation..",
                    "io.fabric8.generator.annotation..",
                    "io.fabric8.crd.generator.annotation..",
                    // CustomResource itself
                    "io.fabric8.kubernetes.client",
                    "io.godev.api..")))
        .check(CLASSES);
  }

  @Test
  void onlyTheShellTalksToTheApiServer() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .dependOnClassesThat()
        .areAssignableTo(KubernetesClient.class)
        .check(CLASSES);
  }

  @Test
  void noEnvironmentVariables() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .callMethod(System.class, "getenv", String.class)
        .check(CLASSES);
  }

  @Test
  void noClockButTheInjectedOne() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .check(CLASSES);
  }
}
