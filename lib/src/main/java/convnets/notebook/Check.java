package convnets.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import jdk.jshell.JShell;

/**
 * The check of an exercise, claim by claim.
 *
 * <pre>{@code
 * Course.check("05.2")
 *     .that("output shape", y.getShape()).equalTo(new Shape(2, 64, 8, 8))
 *     .hint("the shortcut is added before the last ReLU")
 *     .that("output", y).closeTo(expected, 1e-5)
 *     .isTrue("bias is absent", !names.contains("conv1.bias"))
 *     .passed();
 * }</pre>
 *
 * <p>Answers that are functions or blocks are tried by {@link #function} and {@link #block}, and
 * those that must leave a network alone by {@link #unchanged}.
 *
 * <p>The first claim that does not hold throws a {@link CheckFailedException}. An expected value is
 * never asked by the answer under test: {@code equals} is the expected value's, shapes are compared
 * before numbers, and NaN is equal to nothing.
 */
public final class Check {

  private final String id;
  private String hint;
  private int claims;

  Check(String id) {
    this.id = id;
  }

  /** Says what to think of when one of the claims that follow does not hold. */
  public Check hint(String hint) {
    this.hint = hint;
    return this;
  }

  /**
   * Starts a claim.
   *
   * @param what a few words that name the value, as in "output shape"
   * @param actual what the answer gave
   */
  public Claim that(String what, Object actual) {
    return new Claim(what, actual);
  }

  /**
   * Starts a claim on a function of an array.
   *
   * @param what a few words that name it, as in "shortcutA(x, 8)"
   * @param answer the function
   */
  public FunctionClaim function(String what, UnaryOperator<NDArray> answer) {
    return new FunctionClaim(this, what, answer);
  }

  /**
   * Starts a claim on a block.
   *
   * @param what a few words that name it, as in "preActivation(4)"
   * @param answer builds the block, anew at each call
   */
  public BlockClaim block(String what, Supplier<? extends Block> answer) {
    return new BlockClaim(this, what, answer);
  }

  /**
   * Claims that a block is the same after an answer has used it: what its parameters hold, and
   * which of them can be trained. If it is not, it is made so, for the checks to come.
   *
   * @param what a few words that name the block, as in "the network"
   * @param block initialised
   * @param answer uses it
   * @return what the answer returns
   * @throws CheckFailedException if it is not
   */
  public <T> T unchanged(String what, Block block, Supplier<T> answer) {
    try (BlockState before = new BlockState(block)) {
      try {
        T result = runs("the answer", answer);
        before.claim(this, what);
        return result;
      } finally {
        before.restore();
      }
    }
  }

  /**
   * Claims that an answer does without what its text forbids, in itself and in what it calls of the
   * notebook's.
   *
   * @param answer the name of a method that the notebook declares
   * @param forbidden names of types or methods
   * @throws CheckFailedException if it uses one of them
   * @throws IllegalStateException outside a notebook, where nobody can tell
   */
  public Check without(String answer, String... forbidden) {
    JShell shell =
        Kernel.running()
            .orElseThrow(() -> new IllegalStateException("there is no notebook to look at"))
            .shell();
    return without(new Ingredients(shell), answer, forbidden);
  }

  Check without(Ingredients ingredients, String answer, String... forbidden) {
    Set<String> used = ingredients.of(answer);
    for (String name : forbidden) {
      if (used.contains(name)) {
        throw failure(answer, "expected it without " + name + ", but it uses that");
      }
    }
    return held();
  }

  /**
   * Claims that something is so.
   *
   * @throws CheckFailedException if it is not
   */
  public Check isTrue(String what, boolean condition) {
    return condition ? held() : fail(what, "expected true, but got false");
  }

  /**
   * Ends the check: all claims held. Prints the exercise with a tick.
   *
   * @throws IllegalStateException if nothing was claimed
   */
  public void passed() {
    if (claims == 0) {
      throw new IllegalStateException("the check of exercise " + id + " claims nothing");
    }
    Referee.heard(id);
    System.out.println("✓ " + id);
  }

  private Check held() {
    claims++;
    return this;
  }

  private Check fail(String what, String why) {
    throw failure(what, why);
  }

  /** Runs code of the answer's; it is wrong if that throws, but for a gap left to fill. */
  <T> T runs(String what, Supplier<T> code) {
    try {
      return code.get();
    } catch (TodoException | CheckFailedException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      throw failure(
          what,
          "expected it to run, but got "
              + e.getClass().getSimpleName()
              + ": "
              + Failures.message(e));
    }
  }

  /** What to throw where a claim does not hold. */
  CheckFailedException failure(String what, String why) {
    return new CheckFailedException(
        "Wrong: " + id + " — " + what + ": " + why + "." + (hint == null ? "" : " Hint: " + hint));
  }

  /** A value of the answer, about to be compared. */
  public final class Claim {

    private final String what;
    private final Object actual;

    private Claim(String what, Object actual) {
      this.what = what;
      this.actual = actual;
    }

    /**
     * Claims that the value is exactly this one. Numbers are compared by value whatever their
     * types, arrays and {@code NDArray}s by shape and then by value, all else by {@code equals}.
     *
     * @throws CheckFailedException if it is not
     */
    public Check equalTo(Object expected) {
      Objects.requireNonNull(expected, "expected");
      if (Numbers.areNumbers(expected)) {
        return compare(expected, 0);
      }
      return same(expected, actual)
          ? held()
          : fail(what, "expected " + Values.text(expected) + ", but got " + Values.text(actual));
    }

    /** A set's own {@code equals} would believe the other's size, and ask its elements. */
    private static boolean same(Object expected, Object actual) {
      if (!(expected instanceof Set<?> wanted && actual instanceof Set<?> set)) {
        return Objects.deepEquals(expected, actual);
      }
      List<?> given = new ArrayList<>(set);
      return given.size() == wanted.size()
          && wanted.stream().allMatch(w -> given.stream().anyMatch(g -> Objects.equals(w, g)));
    }

    /**
     * Claims that the value is this one up to small errors.
     *
     * @param expected a number, an array of numbers or an {@code NDArray}
     * @param tolerance the largest absolute difference allowed at any place
     * @throws CheckFailedException if it is not
     * @throws IllegalArgumentException if what is expected is no number, or the tolerance is not
     */
    public Check closeTo(Object expected, double tolerance) {
      if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
        throw new IllegalArgumentException(
            "tolerance (" + tolerance + ") must be zero or a positive number");
      }
      if (!Numbers.areNumbers(expected)) {
        throw new IllegalArgumentException(
            "expected (" + expected + ") must be a number, an array of numbers or an NDArray");
      }
      return compare(expected, tolerance);
    }

    /**
     * Claims that the value is the expected one up to small errors, as {@link #closeTo(Object,
     * double)}.
     */
    public Check closeTo(Expected<?> expected, double tolerance) {
      return closeTo(expected.value(), tolerance);
    }

    /**
     * Claims that the value is this one up to the errors of float arithmetic.
     *
     * @param expected a number, an array of numbers or an {@code NDArray}
     * @param share of the largest number among the expected, or of 1 if all are smaller
     */
    Check nearTo(Object expected, double share) {
      return closeTo(expected, share * Numbers.of(expected).scale());
    }

    private Check compare(Object expected, double tolerance) {
      if (!Numbers.areNumbers(actual)) {
        return fail(what, "expected " + Values.text(expected) + ", but got " + Values.text(actual));
      }
      return Numbers.of(expected)
          .difference(Numbers.of(actual), tolerance)
          .map(difference -> fail(what, difference))
          .orElseGet(Check.this::held);
    }
  }
}
