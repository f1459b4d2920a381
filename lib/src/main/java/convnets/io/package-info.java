/** Large files: fetching them so that they are whole or not there, and their checksums. */
package convnets.io;
