/**
 * The reference answers of exercises, a class for each chapter. They come as {@link
 * convnets.notebook.Expected}, into which only checks can look.
 */
package convnets.notebook.reference;
