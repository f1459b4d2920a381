/**
 * The architectures of the course, one file per family of papers.
 *
 * <p>{@link convnets.models.Models} is the door. Every network is also a {@linkplain
 * convnets.models.Models#backbone backbone}, without its classifier.
 */
package convnets.models;
