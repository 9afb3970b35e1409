"""The longest part of a text without a repeated character."""


def longest_unique(text):
    last, left = {}, 0
    best_start = best_length = 0
    for right, char in enumerate(text):
        if last.get(char, -1) >= left:  # it is inside the window
            left = last[char] + 1
        last[char] = right
        if right - left + 1 > best_length:
            best_start, best_length = left, right - left + 1
    return text[best_start : best_start + best_length]
