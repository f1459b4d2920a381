/** The architectures of the course, one file per family of papers. */
package convnets.models;
