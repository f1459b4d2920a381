package convnets.notebook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import jdk.jshell.JShell;

/**
 * Watches over a notebook that is scored: which checks passed, and whether they meant what they
 * say.
 *
 * <p>Answers and checks run in one JVM, and an answer may declare what it likes. So the scorer
 * appoints a referee before the first cell of the student's, and asks it before and after each of
 * them and after each check. What it says is thrown as a {@link Ruling} and signed with a secret
 * that the scorer made for this kernel: whoever else answers to the referee's name cannot sign.
 *
 * <p><b>Guaranteed</b> against all that cells can declare, import, assign, print, display or throw,
 * in whatever thread: a check that the scorer counts has ended without an error; meanwhile {@link
 * Check#passed()} of this library was called for its exercise; every name that the notebook uses
 * meant what it means in the notebook alone; and before and after, the notebook's variables held
 * what the notebook had put there. This is known from the kernel's reply, from JShell's list of
 * declarations, and from Java's parser. No text of an answer is searched.
 *
 * <p><b>Not guaranteed</b>: that the objects in those variables are as they were, which is for the
 * check to see; and nothing against code that reaches behind the notebook, by reflection that
 * breaks access rules, {@code Unsafe} or native code, through the memory and the files of processes
 * (the library's jar among them), or through what the kernel and JShell offer and the kernel's
 * connection. One JVM has no walls inside. The score is for the student.
 */
public final class Referee {

  private static final String ALGORITHM = "HmacSHA256";

  private static volatile Referee appointed;

  private final SecretKeySpec secret;
  private final NotebookWatch watch;
  private final Set<String> passed = Collections.synchronizedSet(new TreeSet<>());

  private Referee(String secret, NotebookWatch watch) {
    this.secret = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    this.watch = watch;
  }

  /**
   * Watches this kernel from now on.
   *
   * @param secret what rulings are signed with
   * @param setUp the notebook's cells without exercises and checks
   * @param checks its cells with checks
   * @param answers its cells with solutions, which tell the names that the exercises ask for
   * @throws IllegalStateException outside a kernel, or if there is a referee already
   */
  public static synchronized void appoint(
      String secret, String[] setUp, String[] checks, String[] answers) {
    JShell shell =
        Kernel.running()
            .orElseThrow(() -> new IllegalStateException("there is no kernel to watch"))
            .shell();
    if (appointed != null) {
      throw new IllegalStateException("this kernel has a referee already");
    }
    NotebookNames names = new NotebookNames(shell, setUp, checks, answers);
    appointed = new Referee(secret, new NotebookWatch(shell, names));
  }

  /**
   * Makes ready for a cell that is not the notebook's own, and tells what is amiss.
   *
   * @param nonce a text used once, for which the ruling is signed
   * @param answer the solution of the exercise that the cell answers; empty if it answers none
   * @throws Ruling always
   */
  public static void prepare(String nonce, String answer) {
    throw appointed().ruling(nonce, appointed().watch.prepare(answer));
  }

  /**
   * Tells what is amiss, and which checks have passed since it was last asked.
   *
   * @param nonce a text used once, for which the ruling is signed
   * @throws Ruling always
   */
  public static void rule(String nonce) {
    throw appointed().ruling(nonce, appointed().watch.fouls());
  }

  private static Referee appointed() {
    if (appointed == null) {
      throw new IllegalStateException("nobody has appointed a referee");
    }
    return appointed;
  }

  /** Told of a check all of whose claims held. */
  static void heard(String id) {
    if (appointed != null) {
      appointed.passed.add(id);
    }
  }

  /** Not to be called: brings the values of variables from where they can be seen. */
  public static void hold(long ticket, Object... values) {
    NotebookWatch.hold(ticket, values);
  }

  private Ruling ruling(String nonce, List<String> fouls) {
    StringBuilder text = new StringBuilder();
    fouls.forEach(foul -> text.append("foul ").append(foul).append('\n'));
    synchronized (passed) {
      passed.forEach(id -> text.append("passed ").append(id).append('\n'));
      passed.clear();
    }
    return new Ruling(signature(nonce + "\n" + text) + "\n" + text);
  }

  private String signature(String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has " + ALGORITHM, e);
    }
  }
}
