package convnets;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The house: who may use whom. Ground floor first; arrows go down. */
@AnalyzeClasses(packages = "convnets", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule floors =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .ensureAllClassesAreContainedInArchitecture()
          .layer("checks")
          .definedBy("convnets")
          .layer("torch")
          .definedBy("convnets.torch")
          .layer("io")
          .definedBy("convnets.io")
          .layer("nn")
          .definedBy("convnets.nn")
          .layer("weights")
          .definedBy("convnets.weights")
          .layer("data")
          .definedBy("convnets.data")
          .layer("models")
          .definedBy("convnets.models")
          .layer("train")
          .definedBy("convnets.train")
          .layer("detect")
          .definedBy("convnets.detect")
          .layer("segment")
          .definedBy("convnets.segment")
          .layer("gan")
          .definedBy("convnets.gan")
          .layer("inspect")
          .definedBy("convnets.inspect")
          .layer("viz")
          .definedBy("convnets.viz")
          .layer("notebook")
          .definedBy("convnets.notebook..")
          .layer("cli")
          .definedBy("convnets.cli")
          .whereLayer("torch")
          .mayOnlyAccessLayers("checks")
          .whereLayer("io")
          .mayOnlyAccessLayers("checks")
          .whereLayer("nn")
          .mayOnlyAccessLayers("checks", "torch")
          .whereLayer("weights")
          .mayOnlyAccessLayers("checks", "torch", "io")
          .whereLayer("data")
          .mayOnlyAccessLayers("checks", "torch", "io")
          .whereLayer("models")
          .mayOnlyAccessLayers("checks", "torch", "nn", "io", "weights")
          .whereLayer("train")
          .mayOnlyAccessLayers("checks", "torch", "nn", "data", "io")
          .whereLayer("detect")
          .mayOnlyAccessLayers("checks", "torch", "nn", "models", "data", "train", "io", "weights")
          .whereLayer("segment")
          .mayOnlyAccessLayers("checks", "torch", "nn", "models", "data", "train", "io", "weights")
          .whereLayer("gan")
          .mayOnlyAccessLayers(
              "checks", "torch", "nn", "models", "data", "train", "io", "weights", "inspect")
          .whereLayer("inspect")
          .mayOnlyAccessLayers("checks", "torch", "nn")
          .whereLayer("viz")
          .mayOnlyAccessLayers(
              "checks", "torch", "io", "nn", "data", "train", "segment", "gan", "inspect")
          .whereLayer("notebook")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("cli")
          .mayOnlyAccessLayers(
              "checks", "torch", "nn", "weights", "models", "data", "train", "detect");

  @ArchTest
  static final ArchRule onlyVizAndNotebookDraw =
      noClasses()
          .that()
          .resideOutsideOfPackages("convnets.viz", "convnets.notebook")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.knowm.xchart..");

  @ArchTest
  static final ArchRule onlyTheNotebookKnowsTheKernel =
      noClasses()
          .that()
          .resideOutsideOfPackage("convnets.notebook")
          .should()
          .dependOnClassesThat(resideInAnyPackage("org.dflib.jjava..", "io.github.spencerpark.."));
}
