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
          .layer("nn")
          .definedBy("convnets.nn")
          .layer("io")
          .definedBy("convnets.io")
          .layer("weights")
          .definedBy("convnets.weights")
          .layer("data")
          .definedBy("convnets.data")
          .layer("models")
          .definedBy("convnets.models")
          .layer("train")
          .definedBy("convnets.train")
          .layer("inspect")
          .definedBy("convnets.inspect")
          .layer("viz")
          .definedBy("convnets.viz")
          .layer("notebook")
          .definedBy("convnets.notebook..")
          .layer("cli")
          .definedBy("convnets.cli")
          .whereLayer("nn")
          .mayOnlyAccessLayers("checks")
          .whereLayer("io")
          .mayOnlyAccessLayers("checks")
          .whereLayer("weights")
          .mayOnlyAccessLayers("checks", "nn", "io")
          .whereLayer("data")
          .mayOnlyAccessLayers("checks", "nn", "io")
          .whereLayer("models")
          .mayOnlyAccessLayers("checks", "nn", "io", "weights")
          .whereLayer("train")
          .mayOnlyAccessLayers("checks", "nn", "data", "io")
          .whereLayer("inspect")
          .mayOnlyAccessLayers("checks", "nn")
          .whereLayer("viz")
          .mayOnlyAccessLayers("checks", "nn", "data", "train", "inspect")
          .whereLayer("notebook")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("cli")
          .mayOnlyAccessLayers("checks", "nn", "weights", "models", "data", "train");

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
