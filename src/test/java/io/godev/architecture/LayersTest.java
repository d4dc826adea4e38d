package io.godev.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.fabric8.kubernetes.client.Client;
import java.time.Clock;
import org.junit.jupiter.api.Test;

/** The picture of docs/architecture.md, held. */
class LayersTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("io.godev");

  private static final String[] PURE = {
    "io.godev.api..",
    "io.godev.cluster..",
    "io.godev.resolve..",
    "io.godev.plan..",
    "io.godev.assess.."
  };

  private static final String[] SHELL = {
    "io.godev.reconcile..", "io.godev.operator..", "io.godev.cli.."
  };

  @Test
  void theThirdColumn() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("api")
        .definedBy("io.godev.api.v1alpha1..")
        .layer("cluster")
        .definedBy("io.godev.cluster..")
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
        .layer("cli")
        .definedBy("io.godev.cli..")
        .whereLayer("api")
        .mayNotAccessAnyLayer()
        .whereLayer("cluster")
        .mayOnlyAccessLayers("api")
        .whereLayer("resolve")
        .mayOnlyAccessLayers("api", "cluster")
        .whereLayer("plan")
        .mayOnlyAccessLayers("api", "resolve")
        .whereLayer("assess")
        .mayOnlyAccessLayers("api", "cluster", "resolve", "plan")
        .whereLayer("reconcile")
        .mayOnlyAccessLayers("api", "cluster", "resolve", "plan", "assess")
        .whereLayer("operator")
        .mayOnlyAccessLayers("api", "cluster", "resolve", "plan", "assess", "reconcile")
        .whereLayer("cli")
        .mayOnlyAccessLayers("api", "cluster", "resolve", "plan")
        .check(CLASSES);
  }

  @Test
  void everyClassIsInALayer() {
    // a package that no layer knows would be held by none of the rules above
    classes()
        .should()
        .resideInAnyPackage(
            "io.godev.api.v1alpha1..",
            "io.godev.cluster..",
            "io.godev.resolve..",
            "io.godev.plan..",
            "io.godev.assess..",
            "io.godev.reconcile..",
            "io.godev.operator..",
            "io.godev.cli..")
        .check(CLASSES);
  }

  @Test
  void noPackagesUseEachOther() {
    slices().matching("io.godev.(**)").should().beFreeOfCycles().check(CLASSES);
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
        .resideOutsideOfPackages(SHELL)
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Client.class)
        .check(CLASSES);
  }

  @Test
  void noEnvironmentVariables() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .accessTargetWhere(
            is(
                "System.getenv",
                access ->
                    access.getTargetOwner().isEquivalentTo(System.class)
                        && access.getName().equals("getenv")))
        .check(CLASSES);
  }

  @Test
  void noClockButTheInjectedOne() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .accessTargetWhere(is("the time of the machine", LayersTest::readsTheMachinesClock))
        .check(CLASSES);
  }

  private static boolean readsTheMachinesClock(JavaAccess<?> access) {
    var owner = access.getTargetOwner();
    var name = access.getName();
    return owner.isEquivalentTo(System.class)
            && (name.equals("currentTimeMillis") || name.equals("nanoTime"))
        || owner.isEquivalentTo(Clock.class)
            && (name.startsWith("system") || name.startsWith("tick"))
        // Instant.now(clock) is fine
        || owner.getPackageName().startsWith("java.time")
            && name.equals("now")
            && !access.getTarget().getFullName().contains(Clock.class.getName());
  }

  // calls and method references alike: Instant::now reads the clock as Instant.now() does
  private static DescribedPredicate<JavaAccess<?>> is(
      String description, java.util.function.Predicate<JavaAccess<?>> predicate) {
    return DescribedPredicate.describe(description, predicate);
  }
}
