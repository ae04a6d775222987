//! The names that have a word.

/// Names in ascending order. Most words are in one name only, which takes no memory of its own.
#[derive(Debug, Default)]
pub(super) enum Postings {
    #[default]
    None,
    One(u32),
    Many(Vec<u32>),
}

impl Postings {
    /// The names.
    pub(super) fn as_slice(&self) -> &[u32] {
        match self {
            Self::None => &[],
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }

    /// Adds a name that is not there yet.
    pub(super) fn insert(&mut self, name: u32) {
        match self {
            Self::None => *self = Self::One(name),
            Self::One(other) => {
                let mut names = Vec::with_capacity(4);
                names.extend([name.min(*other), name.max(*other)]);
                *self = Self::Many(names);
            }
            Self::Many(names) => {
                if names.last().is_some_and(|last| *last < name) {
                    names.push(name);
                } else {
                    names.insert(names.partition_point(|held| *held < name), name);
                }
            }
        }
    }

    /// Takes a name away; nothing happens when it is not there.
    pub(super) fn remove(&mut self, name: u32) {
        match self {
            Self::None => {}
            Self::One(held) => {
                if *held == name {
                    *self = Self::None;
                }
            }
            Self::Many(names) => {
                if let Ok(at) = names.binary_search(&name) {
                    names.remove(at);
                }
                if let [only] = names.as_slice() {
                    *self = Self::One(*only);
                }
            }
        }
    }

    /// Bytes in use, about.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::None | Self::One(_) => 0,
                Self::Many(names) => 8 + names.capacity() * size_of::<u32>(),
            }
    }
}

const _: () = assert!(size_of::<Postings>() == size_of::<Vec<u32>>(), "one name lies in place");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_ascending() {
        let mut postings = Postings::default();
        for name in [5, 3, 9, 1] {
            postings.insert(name);
        }
        assert_eq!(postings.as_slice(), [1, 3, 5, 9]);
        postings.remove(3);
        postings.remove(4);
        postings.remove(9);
        assert_eq!(postings.as_slice(), [1, 5]);
        postings.remove(1);
        assert_eq!(postings.as_slice(), [5]);
        postings.remove(5);
        assert!(postings.as_slice().is_empty());
    }
}
